#!/bin/bash
# Base images under their real names, made from Debian packages and Go's own toolchain modules, for machines that
# cannot reach a registry.
#   images.sh FOLDER DOCKER REGISTRY     (as root; needs a running engine and registry)
# What is there already is left alone. "alpine" is an Alpine-like root: busybox and musl from Debian, no apk.
set -euo pipefail
folder=$1 docker=$2 registry=$3
mkdir -p "$folder/roots"

have() { "$docker" image inspect "$1" >/dev/null 2>&1; }

push() {
  "$docker" tag "$1" "$registry/library/$1"
  "$docker" push -q "$registry/library/$1" >/dev/null
  echo "image $1"
}

# import NAME ROOT [--change ...]
import() {
  local name=$1 root=$2
  shift 2
  tar -C "$root" -c . | "$docker" import "$@" - "$name" >/dev/null
  push "$name"
}

slim_root() {
  local root=$folder/roots/slim
  [ -d "$root" ] && return
  rm -rf "$root.part"
  debootstrap --variant=minbase bookworm "$root.part" >"$folder/debootstrap.log"
  rm -rf "$root.part"/var/cache/apt/archives/*.deb "$root.part"/var/lib/apt/lists/*
  mv "$root.part" "$root"
}

full_root() {
  local root=$folder/roots/full
  [ -d "$root" ] && return
  rm -rf "$root.part"
  cp -a "$folder/roots/slim" "$root.part"
  cp /etc/resolv.conf "$root.part/etc/"
  mount --bind /proc "$root.part/proc"
  chroot "$root.part" sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    ca-certificates curl g++ gcc git libc6-dev make openssh-client pkg-config >/dev/null' ||
    { umount "$root.part/proc"; echo "the packages of the Go image's root cannot be installed" >&2; return 1; }
  umount "$root.part/proc"
  # a machine whose traffic is inspected has its own authority in here
  cp -L /etc/ssl/certs/ca-certificates.crt "$root.part/etc/ssl/certs/"
  mv "$root.part" "$root"
}

alpine_root() {
  local root=$folder/roots/alpine
  [ -d "$root" ] && return
  rm -rf "$root.part"
  mkdir -p "$root.part"/{bin,sbin,usr/bin,usr/sbin,usr/local/bin,lib,etc/ssl/certs,tmp,root,home,var,dev,proc,sys}
  chmod 1777 "$root.part/tmp"
  cp /bin/busybox "$root.part/bin/busybox"
  chroot "$root.part" /bin/busybox --install -s
  cp /usr/lib/x86_64-linux-musl/libc.so "$root.part/lib/ld-musl-x86_64.so.1"
  ln -s ld-musl-x86_64.so.1 "$root.part/lib/libc.musl-x86_64.so.1"
  printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\n' >"$root.part/etc/os-release"
  echo 3.22.2 >"$root.part/etc/alpine-release"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n' >"$root.part/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' >"$root.part/etc/group"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root.part/etc/ssl/certs/"
  mv "$root.part" "$root"
}

# golang VERSION GOROOT ROOT NAME
golang() {
  have "$4" && return
  local root=$folder/roots/tmp
  rm -rf "$root"
  cp -a "$folder/roots/$3" "$root"
  mkdir -p "$root/usr/local" "$root/go"
  cp -a "$2" "$root/usr/local/go"
  chmod -R u+w "$root/usr/local/go"
  rm -rf "$root"/usr/local/go/{test,api,doc}
  chmod 1777 "$root/go"
  chmod +x "$root"/usr/local/go/bin/* "$root"/usr/local/go/pkg/tool/*/* # a toolchain module's zip has no modes
  import "$4" "$root" -c "ENV GOLANG_VERSION=$1" -c 'ENV GOTOOLCHAIN=local' -c 'ENV GOPATH=/go' \
    -c 'ENV PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' -c 'WORKDIR /go'
  rm -rf "$root"
}

# warm NAME: a build cache with what small programs need, so that a scenario takes seconds where it compiles
warm() {
  "$docker" run --rm --entrypoint sh "$1" -c '[ -d /root/.cache/go-build ]' && return
  "$docker" rm -f seaworthy-lab-warm >/dev/null 2>&1 || true
  "$docker" run --name seaworthy-lab-warm "$1" sh -c \
    'go build fmt testing net/http encoding/json && go vet fmt && CGO_ENABLED=0 go build net/http && rm -rf /tmp/*'
  "$docker" commit -c 'CMD ["bash"]' seaworthy-lab-warm "$1" >/dev/null
  "$docker" rm seaworthy-lab-warm >/dev/null
  push "$1"
}

toolchain() {
  go mod download -json "golang.org/toolchain@v0.0.1-go$1.linux-amd64" | sed -n 's/.*"Dir": "\(.*\)",/\1/p'
}

slim_root
have debian:bookworm-slim || import debian:bookworm-slim "$folder/roots/slim" -c 'CMD ["bash"]'
full_root
alpine_root
have alpine:3.22 || {
  import alpine:3.22 "$folder/roots/alpine" -c 'CMD ["/bin/sh"]'
  "$docker" tag alpine:3.22 alpine:latest
  push alpine:latest
}
here=$(go env GOVERSION | sed 's/^go//')
golang "$here" "$(go env GOROOT)" full golang:1.26
golang "$here" "$(go env GOROOT)" alpine golang:1.26-alpine
have golang:1.24 || golang 1.24.9 "$(toolchain 1.24.9)" full golang:1.24
have golang:1.22 || golang 1.22.12 "$(toolchain 1.22.12)" full golang:1.22
have golang:1.21-alpine || golang 1.21.13 "$(toolchain 1.21.13)" alpine golang:1.21-alpine
warm golang:1.26
