package main

/*
#include <librdkafka/rdkafka.h>
*/
import "C"

func main() {}
