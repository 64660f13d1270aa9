
use builtin;
use str;

set edit:completion:arg-completer[seaworthy] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'seaworthy'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'seaworthy'= {
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
            cand -V 'Show the version'
            cand --version 'Show the version'
            cand diagnose 'Explain a failed build: from logs, build records, or buildx''s history'
            cand run 'Run any build; after a failure, explain it'
            cand check 'Find what will break the build, without building'
            cand fix 'Mend what check finds'
            cand context 'Show what a build sends to the builder'
            cand stages 'Show the stages of a Dockerfile and what a change rebuilds'
            cand init 'Write a Dockerfile and a .dockerignore for a Go project'
            cand serve 'Run a Go module proxy that verifies and keeps what it fetched'
            cand prefetch 'Fetch the modules of go.sum files into the proxy''s cache'
            cand export 'Write the proxy''s cache to a tar archive, for a machine without network'
            cand import 'Take modules from such an archive into the proxy''s cache, each checked anew'
            cand downloads 'Show as a table what `go mod download -json` (or -x) said'
            cand explain 'Explain a cause: what it means, how it comes about, what helps'
            cand causes 'List all causes'
            cand example 'Explain a real failed build that is built into this program'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page'
            cand help 'Show help for a command'
        }
        &'seaworthy;diagnose'= {
            cand --builder 'Look into the history of this buildx builder'
            cand -f 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --format 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --report 'Also write the report to a file, as `json=report.json`; may be repeated'
            cand --project 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --last 'Take the last failed build out of buildx''s history, whatever standard input is'
            cand --no-redact 'Show passwords and tokens that the log contains instead of masking them'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;run'= {
            cand -f 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --format 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --report 'Also write the report to a file, as `json=report.json`; may be repeated'
            cand --project 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --no-redact 'Show passwords and tokens that the log contains instead of masking them'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;check'= {
            cand --dockerfile 'Only this Dockerfile (a path in the project); may be repeated [default: all]'
            cand --context 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]'
            cand --persona 'Whose findings: regular, or pedantic for every improvement [default: regular]'
            cand --fail-on 'Exit with 1 on findings as bad as this: error, warning, never [default: warning]'
            cand -f 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --format 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --report 'Also write the report to a file, as `json=report.json`; may be repeated'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --no-ignores 'Do not honour ignore comments'
            cand --no-redact 'Show passwords and tokens that the files contain instead of masking them'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;fix'= {
            cand --dockerfile 'Only this Dockerfile (a path in the project); may be repeated [default: all]'
            cand --context 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --diff 'Print the edits as a diff (the default)'
            cand --apply 'Write the edits into the files'
            cand --unsafe 'Make edits too that may change what a working build produces'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;context'= {
            cand --dockerfile 'Only this Dockerfile (a path in the project); may be repeated [default: all]'
            cand --context 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]'
            cand -f 'Form of the output: text, json [default: text]'
            cand --format 'Form of the output: text, json [default: text]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
            cand why 'Show which line of which ignore file decides about a path'
        }
        &'seaworthy;context;why'= {
            cand --project 'Folder of the project [default: the current folder]'
            cand --dockerfile 'Only this Dockerfile (a path in the project); may be repeated [default: all]'
            cand --context 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;stages'= {
            cand --dockerfile 'Only this Dockerfile (a path in the project); may be repeated [default: all]'
            cand --context 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]'
            cand -f 'Form of the output: text, mermaid, svg [default: text]'
            cand --format 'Form of the output: text, mermaid, svg [default: text]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;init'= {
            cand --main 'Folder of the main package, when there are several: cmd/server'
            cand --private 'Pattern of private modules, as in GOPRIVATE; may be repeated'
            cand --port 'Port to publish in the Compose file'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --compose 'Write a Compose file too'
            cand --workflow 'Write a GitHub Actions workflow too'
            cand --print 'Print the files instead of writing them'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;serve'= {
            cand --listen 'Address to listen on; may be repeated [default: 127.0.0.1:3000]'
            cand --cache 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]'
            cand --upstream 'Where modules come from, as in GOPROXY [default: GOPROXY]'
            cand --sumdb 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]'
            cand --verify 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]'
            cand --gosum 'A go.sum file for --verify gosum; may be repeated'
            cand --private 'As GOPRIVATE: the default of --no-proxy and --no-sumdb'
            cand --no-proxy 'As GONOPROXY: modules taken from their repository'
            cand --no-sumdb 'As GONOSUMDB: modules that are not verified'
            cand --insecure 'As GOINSECURE: modules that may be fetched without TLS'
            cand --config 'Settings file of the proxy'
            cand --quota 'Size the cache may reach, as 10GiB [default: no limit]'
            cand --min-age 'Hide versions younger than this, as 3d'
            cand --drain 'Time for running answers when stopping [default: 30s]'
            cand --tls-certificate 'PEM certificate chain of the server; needs --tls-key'
            cand --tls-key 'PEM private key of the server'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --offline 'Serve what is cached and ask nobody'
            cand --access-log 'Log a line for every request to standard error'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;prefetch'= {
            cand --cache 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]'
            cand --upstream 'Where modules come from, as in GOPROXY [default: GOPROXY]'
            cand --sumdb 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]'
            cand --verify 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]'
            cand --gosum 'A go.sum file for --verify gosum; may be repeated'
            cand --private 'As GOPRIVATE: the default of --no-proxy and --no-sumdb'
            cand --no-proxy 'As GONOPROXY: modules taken from their repository'
            cand --no-sumdb 'As GONOSUMDB: modules that are not verified'
            cand --insecure 'As GOINSECURE: modules that may be fetched without TLS'
            cand --config 'Settings file of the proxy'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;export'= {
            cand --cache 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]'
            cand --config 'Settings file of the proxy'
            cand --gosum 'Only the modules of this go.sum file; may be repeated [default: everything]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;import'= {
            cand --cache 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]'
            cand --config 'Settings file of the proxy'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;downloads'= {
            cand -f 'Form of the output: text, json [default: text]'
            cand --format 'Form of the output: text, json [default: text]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;explain'= {
            cand -f 'Form of the output: text, json [default: text]'
            cand --format 'Form of the output: text, json [default: text]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;causes'= {
            cand -f 'Form of the output: text, json [default: text]'
            cand --format 'Form of the output: text, json [default: text]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;example'= {
            cand -f 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --format 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]'
            cand --report 'Also write the report to a file, as `json=report.json`; may be repeated'
            cand --project 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]'
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand --no-redact 'Show passwords and tokens that the log contains instead of masking them'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;completions'= {
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;man'= {
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
        &'seaworthy;help'= {
            cand --lang 'Language of messages: en, zh [default: from the locale]'
            cand --color 'Colours: auto, always, never [default: auto]'
            cand -q 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand --quiet 'Nothing but the first finding: no notes, nothing about builds that did not fail'
            cand -h 'Show help'
            cand --help 'Show help'
        }
    ]
    $completions[$command]
}
