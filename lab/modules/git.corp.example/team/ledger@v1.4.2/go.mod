module git.corp.example/team/ledger

go 1.21
