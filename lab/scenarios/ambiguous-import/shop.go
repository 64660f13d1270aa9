package shop

import _ "libs.corp.example/kit/log"
