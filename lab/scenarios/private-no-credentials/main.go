package main

import "git.corp.example/team/ledger"

func main() { println(ledger.Total()) }
