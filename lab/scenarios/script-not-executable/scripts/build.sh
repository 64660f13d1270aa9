#!/bin/sh
go build -o hello .
