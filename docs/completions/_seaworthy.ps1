
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'seaworthy' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'seaworthy'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'seaworthy' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Show the version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Show the version')
            [CompletionResult]::new('diagnose', 'diagnose', [CompletionResultType]::ParameterValue, 'Explain a failed build: from logs, build records, or buildx''s history')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run any build; after a failure, explain it')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Find what will break the build, without building')
            [CompletionResult]::new('fix', 'fix', [CompletionResultType]::ParameterValue, 'Mend what check finds')
            [CompletionResult]::new('context', 'context', [CompletionResultType]::ParameterValue, 'Show what a build sends to the builder')
            [CompletionResult]::new('stages', 'stages', [CompletionResultType]::ParameterValue, 'Show the stages of a Dockerfile and what a change rebuilds')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a Dockerfile and a .dockerignore for a Go project')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Run a Go module proxy that verifies and keeps what it fetched')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Fetch the modules of go.sum files into the proxy''s cache')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the proxy''s cache to a tar archive, for a machine without network')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Take modules from such an archive into the proxy''s cache, each checked anew')
            [CompletionResult]::new('downloads', 'downloads', [CompletionResultType]::ParameterValue, 'Show as a table what `go mod download -json` (or -x) said')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Explain a cause: what it means, how it comes about, what helps')
            [CompletionResult]::new('causes', 'causes', [CompletionResultType]::ParameterValue, 'List all causes')
            [CompletionResult]::new('example', 'example', [CompletionResultType]::ParameterValue, 'Explain a real failed build that is built into this program')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show help for a command')
            break
        }
        'seaworthy;diagnose' {
            [CompletionResult]::new('--builder', '--builder', [CompletionResultType]::ParameterName, 'Look into the history of this buildx builder')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the report to a file, as `json=report.json`; may be repeated')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take the last failed build out of buildx''s history, whatever standard input is')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Show passwords and tokens that the log contains instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;run' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the report to a file, as `json=report.json`; may be repeated')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Show passwords and tokens that the log contains instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;check' {
            [CompletionResult]::new('--dockerfile', '--dockerfile', [CompletionResultType]::ParameterName, 'Only this Dockerfile (a path in the project); may be repeated [default: all]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]')
            [CompletionResult]::new('--persona', '--persona', [CompletionResultType]::ParameterName, 'Whose findings: regular, or pedantic for every improvement [default: regular]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 1 on findings as bad as this: error, warning, never [default: warning]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the report to a file, as `json=report.json`; may be repeated')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-ignores', '--no-ignores', [CompletionResultType]::ParameterName, 'Do not honour ignore comments')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Show passwords and tokens that the files contain instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;fix' {
            [CompletionResult]::new('--dockerfile', '--dockerfile', [CompletionResultType]::ParameterName, 'Only this Dockerfile (a path in the project); may be repeated [default: all]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Print the edits as a diff (the default)')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Write the edits into the files')
            [CompletionResult]::new('--unsafe', '--unsafe', [CompletionResultType]::ParameterName, 'Make edits too that may change what a working build produces')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;context' {
            [CompletionResult]::new('--dockerfile', '--dockerfile', [CompletionResultType]::ParameterName, 'Only this Dockerfile (a path in the project); may be repeated [default: all]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('why', 'why', [CompletionResultType]::ParameterValue, 'Show which line of which ignore file decides about a path')
            break
        }
        'seaworthy;context;why' {
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Folder of the project [default: the current folder]')
            [CompletionResult]::new('--dockerfile', '--dockerfile', [CompletionResultType]::ParameterName, 'Only this Dockerfile (a path in the project); may be repeated [default: all]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;stages' {
            [CompletionResult]::new('--dockerfile', '--dockerfile', [CompletionResultType]::ParameterName, 'Only this Dockerfile (a path in the project); may be repeated [default: all]')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'The build context''s folder in the project [default: as Compose, bake and CI files say, or the Dockerfile''s place suggests]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, mermaid, svg [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, mermaid, svg [default: text]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;init' {
            [CompletionResult]::new('--main', '--main', [CompletionResultType]::ParameterName, 'Folder of the main package, when there are several: cmd/server')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'Pattern of private modules, as in GOPRIVATE; may be repeated')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to publish in the Compose file')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--compose', '--compose', [CompletionResultType]::ParameterName, 'Write a Compose file too')
            [CompletionResult]::new('--workflow', '--workflow', [CompletionResultType]::ParameterName, 'Write a GitHub Actions workflow too')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the files instead of writing them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;serve' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Address to listen on; may be repeated [default: 127.0.0.1:3000]')
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where modules come from, as in GOPROXY [default: GOPROXY]')
            [CompletionResult]::new('--sumdb', '--sumdb', [CompletionResultType]::ParameterName, 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]')
            [CompletionResult]::new('--gosum', '--gosum', [CompletionResultType]::ParameterName, 'A go.sum file for --verify gosum; may be repeated')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'As GOPRIVATE: the default of --no-proxy and --no-sumdb')
            [CompletionResult]::new('--no-proxy', '--no-proxy', [CompletionResultType]::ParameterName, 'As GONOPROXY: modules taken from their repository')
            [CompletionResult]::new('--no-sumdb', '--no-sumdb', [CompletionResultType]::ParameterName, 'As GONOSUMDB: modules that are not verified')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'As GOINSECURE: modules that may be fetched without TLS')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file of the proxy')
            [CompletionResult]::new('--quota', '--quota', [CompletionResultType]::ParameterName, 'Size the cache may reach, as 10GiB [default: no limit]')
            [CompletionResult]::new('--min-age', '--min-age', [CompletionResultType]::ParameterName, 'Hide versions younger than this, as 3d')
            [CompletionResult]::new('--drain', '--drain', [CompletionResultType]::ParameterName, 'Time for running answers when stopping [default: 30s]')
            [CompletionResult]::new('--tls-certificate', '--tls-certificate', [CompletionResultType]::ParameterName, 'PEM certificate chain of the server; needs --tls-key')
            [CompletionResult]::new('--tls-key', '--tls-key', [CompletionResultType]::ParameterName, 'PEM private key of the server')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Serve what is cached and ask nobody')
            [CompletionResult]::new('--access-log', '--access-log', [CompletionResultType]::ParameterName, 'Log a line for every request to standard error')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;prefetch' {
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]')
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'Where modules come from, as in GOPROXY [default: GOPROXY]')
            [CompletionResult]::new('--sumdb', '--sumdb', [CompletionResultType]::ParameterName, 'Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]')
            [CompletionResult]::new('--gosum', '--gosum', [CompletionResultType]::ParameterName, 'A go.sum file for --verify gosum; may be repeated')
            [CompletionResult]::new('--private', '--private', [CompletionResultType]::ParameterName, 'As GOPRIVATE: the default of --no-proxy and --no-sumdb')
            [CompletionResult]::new('--no-proxy', '--no-proxy', [CompletionResultType]::ParameterName, 'As GONOPROXY: modules taken from their repository')
            [CompletionResult]::new('--no-sumdb', '--no-sumdb', [CompletionResultType]::ParameterName, 'As GONOSUMDB: modules that are not verified')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'As GOINSECURE: modules that may be fetched without TLS')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file of the proxy')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;export' {
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file of the proxy')
            [CompletionResult]::new('--gosum', '--gosum', [CompletionResultType]::ParameterName, 'Only the modules of this go.sum file; may be repeated [default: everything]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;import' {
            [CompletionResult]::new('--cache', '--cache', [CompletionResultType]::ParameterName, 'Folder of the cache, in the layout of GOMODCACHE''s cache/download [default: `seaworthy/modules` in the user''s cache folder]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file of the proxy')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;downloads' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;explain' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;causes' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json [default: text]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;example' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the output: text, json, sarif, github, markdown, junit, html [default: text]')
            [CompletionResult]::new('--report', '--report', [CompletionResultType]::ParameterName, 'Also write the report to a file, as `json=report.json`; may be repeated')
            [CompletionResult]::new('--project', '--project', [CompletionResultType]::ParameterName, 'Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Show passwords and tokens that the log contains instead of masking them')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;completions' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;man' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
        'seaworthy;help' {
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of messages: en, zh [default: from the locale]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours: auto, always, never [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing but the first finding: no notes, nothing about builds that did not fail')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Show help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Show help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
