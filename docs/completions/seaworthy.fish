# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_seaworthy_global_optspecs
    string join \n lang= color= q/quiet h/help V/version
end

function __fish_seaworthy_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_seaworthy_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_seaworthy_using_subcommand
    set -l cmd (__fish_seaworthy_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c seaworthy -n "__fish_seaworthy_needs_command" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_needs_command" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_needs_command" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -s V -l version -d 'Show the version'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "diagnose" -d 'Explain a failed build: from logs, build records, or buildx\'s history'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "run" -d 'Run any build; after a failure, explain it'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "check" -d 'Find what will break the build, without building'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "fix" -d 'Mend what check finds'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "context" -d 'Show what a build sends to the builder'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "stages" -d 'Show the stages of a Dockerfile and what a change rebuilds'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "init" -d 'Write a Dockerfile and a .dockerignore for a Go project'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "serve" -d 'Run a Go module proxy that verifies and keeps what it fetched'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "prefetch" -d 'Fetch the modules of go.sum files into the proxy\'s cache'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "export" -d 'Write the proxy\'s cache to a tar archive, for a machine without network'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "import" -d 'Take modules from such an archive into the proxy\'s cache, each checked anew'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "downloads" -d 'Show as a table what `go mod download -json` (or -x) said'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "explain" -d 'Explain a cause: what it means, how it comes about, what helps'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "causes" -d 'List all causes'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "example" -d 'Explain a real failed build that is built into this program'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "man" -d 'Print the manual page'
complete -c seaworthy -n "__fish_seaworthy_needs_command" -f -a "help" -d 'Show help for a command'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l builder -d 'Look into the history of this buildx builder' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -s f -l format -d 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]' -r -f -a "text\t''
json\t''
sarif\t''
github\t''
markdown\t''
junit\t''
html\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l report -d 'Also write the report to a file, as `json=report.json`; may be repeated' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l project -d 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l last -d 'Take the last failed build out of buildx\'s history, whatever standard input is'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -l no-redact -d 'Show passwords and tokens that the log contains instead of masking them'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand diagnose" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -s f -l format -d 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]' -r -f -a "text\t''
json\t''
sarif\t''
github\t''
markdown\t''
junit\t''
html\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -l report -d 'Also write the report to a file, as `json=report.json`; may be repeated' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -l project -d 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -l no-redact -d 'Show passwords and tokens that the log contains instead of masking them'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand run" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l dockerfile -d 'Only this Dockerfile (a path in the project); may be repeated [default: all]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l context -d 'The build context\'s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile\'s place suggests]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l persona -d 'Whose findings: regular, or pedantic for every improvement [default: regular]' -r -f -a "regular\t''
pedantic\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l fail-on -d 'Exit with 1 on findings as bad as this: error, warning, never [default: warning]' -r -f -a "error\t''
warning\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -s f -l format -d 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]' -r -f -a "text\t''
json\t''
sarif\t''
github\t''
markdown\t''
junit\t''
html\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l report -d 'Also write the report to a file, as `json=report.json`; may be repeated' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l no-ignores -d 'Do not honour ignore comments'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -l no-redact -d 'Show passwords and tokens that the files contain instead of masking them'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand check" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l dockerfile -d 'Only this Dockerfile (a path in the project); may be repeated [default: all]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l context -d 'The build context\'s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile\'s place suggests]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l diff -d 'Print the edits as a diff (the default)'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l apply -d 'Write the edits into the files'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -l unsafe -d 'Make edits too that may change what a working build produces'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand fix" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -l dockerfile -d 'Only this Dockerfile (a path in the project); may be repeated [default: all]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -l context -d 'The build context\'s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile\'s place suggests]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -s f -l format -d 'Form of the output: text, json [default: text]' -r -f -a "text\t''
json\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and not __fish_seen_subcommand_from why" -a "why" -d 'Show which line of which ignore file decides about a path'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -l project -d 'Folder of the project [default: the current folder]' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -l dockerfile -d 'Only this Dockerfile (a path in the project); may be repeated [default: all]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -l context -d 'The build context\'s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile\'s place suggests]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand context; and __fish_seen_subcommand_from why" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -l dockerfile -d 'Only this Dockerfile (a path in the project); may be repeated [default: all]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -l context -d 'The build context\'s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile\'s place suggests]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -s f -l format -d 'Form of the output: text, mermaid, svg [default: text]' -r -f -a "text\t''
mermaid\t''
svg\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand stages" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l main -d 'Folder of the main package, when there are several: cmd/server' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l private -d 'Pattern of private modules, as in GOPRIVATE; may be repeated' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l port -d 'Port to publish in the Compose file' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l compose -d 'Write a Compose file too'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l workflow -d 'Write a GitHub Actions workflow too'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -l print -d 'Print the files instead of writing them'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand init" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l listen -d 'Address to listen on; may be repeated [default: 127.0.0.1:3000]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l cache -d 'Folder of the cache, in the layout of GOMODCACHE\'s cache/download [default: `seaworthy/modules` in the user\'s cache folder]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l upstream -d 'Where modules come from, as in GOPROXY [default: GOPROXY]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l sumdb -d 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l verify -d 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]' -r -f -a "sumdb\t''
gosum\t''
off\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l gosum -d 'A go.sum file for --verify gosum; may be repeated' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l private -d 'As GOPRIVATE: the default of --no-proxy and --no-sumdb' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l no-proxy -d 'As GONOPROXY: modules taken from their repository' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l no-sumdb -d 'As GONOSUMDB: modules that are not verified' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l insecure -d 'As GOINSECURE: modules that may be fetched without TLS' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l config -d 'Settings file of the proxy' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l quota -d 'Size the cache may reach, as 10GiB [default: no limit]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l min-age -d 'Hide versions younger than this, as 3d' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l drain -d 'Time for running answers when stopping [default: 30s]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l tls-certificate -d 'PEM certificate chain of the server; needs --tls-key' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l tls-key -d 'PEM private key of the server' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l offline -d 'Serve what is cached and ask nobody'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -l access-log -d 'Log a line for every request to standard error'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand serve" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l cache -d 'Folder of the cache, in the layout of GOMODCACHE\'s cache/download [default: `seaworthy/modules` in the user\'s cache folder]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l upstream -d 'Where modules come from, as in GOPROXY [default: GOPROXY]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l sumdb -d 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l verify -d 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]' -r -f -a "sumdb\t''
gosum\t''
off\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l gosum -d 'A go.sum file for --verify gosum; may be repeated' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l private -d 'As GOPRIVATE: the default of --no-proxy and --no-sumdb' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l no-proxy -d 'As GONOPROXY: modules taken from their repository' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l no-sumdb -d 'As GONOSUMDB: modules that are not verified' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l insecure -d 'As GOINSECURE: modules that may be fetched without TLS' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l config -d 'Settings file of the proxy' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand prefetch" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -l cache -d 'Folder of the cache, in the layout of GOMODCACHE\'s cache/download [default: `seaworthy/modules` in the user\'s cache folder]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -l config -d 'Settings file of the proxy' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -l gosum -d 'Only the modules of this go.sum file; may be repeated [default: everything]' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand export" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -l cache -d 'Folder of the cache, in the layout of GOMODCACHE\'s cache/download [default: `seaworthy/modules` in the user\'s cache folder]' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -l config -d 'Settings file of the proxy' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand import" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand downloads" -s f -l format -d 'Form of the output: text, json [default: text]' -r -f -a "text\t''
json\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand downloads" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand downloads" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand downloads" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand downloads" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand explain" -s f -l format -d 'Form of the output: text, json [default: text]' -r -f -a "text\t''
json\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand explain" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand explain" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand explain" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand explain" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand causes" -s f -l format -d 'Form of the output: text, json [default: text]' -r -f -a "text\t''
json\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand causes" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand causes" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand causes" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand causes" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -s f -l format -d 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]' -r -f -a "text\t''
json\t''
sarif\t''
github\t''
markdown\t''
junit\t''
html\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -l report -d 'Also write the report to a file, as `json=report.json`; may be repeated' -r
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -l project -d 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]' -r -F
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -l no-redact -d 'Show passwords and tokens that the log contains instead of masking them'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand example" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand completions" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand completions" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand completions" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand completions" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand man" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand man" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand man" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand man" -s h -l help -d 'Show help'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand help" -l lang -d 'Language of messages: en, zh [default: from the locale]' -r -f -a "en\t''
zh\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand help" -l color -d 'Colours: auto, always, never [default: auto]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c seaworthy -n "__fish_seaworthy_using_subcommand help" -s q -l quiet -d 'Nothing but the first finding: no notes, nothing about builds that did not fail'
complete -c seaworthy -n "__fish_seaworthy_using_subcommand help" -s h -l help -d 'Show help'
