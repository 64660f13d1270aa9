// The program that the differential tests run beside this crate.
module seaworthy.example/oracle

go 1.26.0

require golang.org/x/mod v0.42.0
