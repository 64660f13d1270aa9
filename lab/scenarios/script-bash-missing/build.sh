#!/bin/bash
go build -o hello .
