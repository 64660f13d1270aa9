#!/bin/sh
set -e
go build -o /usr/local/bin/hello .
