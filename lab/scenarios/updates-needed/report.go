package report

import _ "golang.org/x/sync/errgroup"
