module corp.example/shop

go 1.21

require git.corp.example/team/ledger v1.4.2
