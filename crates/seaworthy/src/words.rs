//! Every word this program says of its own accord, in every language.
//!
//! What a finding says comes with the finding, what a report says around it is the renderer's.

use finding::{Lang, Words};
use std::io;

/// A text that is the same in every language: a path, a number, another program's words.
pub(crate) fn plain(text: impl ToString) -> Words {
    let text = text.to_string();
    Words::new(text.clone(), text)
}

/// `text` with its places filled, in every language.
pub(crate) fn with(text: &Words, arguments: &[Words]) -> Words {
    let fill = |lang| {
        let arguments: Vec<&str> = arguments.iter().map(|argument| argument.get(lang)).collect();
        text.fill(lang, &arguments)
    };
    Words::new(fill(Lang::En), fill(Lang::Zh))
}

/// Why the system refused something, in plain words where we have them.
pub(crate) fn io_reason(error: &io::Error) -> Words {
    match error.kind() {
        io::ErrorKind::NotFound => NO_SUCH_FILE.clone(),
        io::ErrorKind::PermissionDenied => NO_PERMISSION.clone(),
        io::ErrorKind::IsADirectory => IS_A_FOLDER.clone(),
        io::ErrorKind::NotADirectory => NOT_A_FOLDER.clone(),
        io::ErrorKind::StorageFull => DISK_FULL.clone(),
        _ => plain(error),
    }
}

finding::catalogue! { pub(crate),
    /// The program in a line.
    ABOUT: "Find out in seconds why a Go build fails in Docker, fix it, and keep it fixed",
        "几秒钟查清 Go 程序在 Docker 中构建失败的原因，修好它，并一直保持可用";
    /// Below the list of commands.
    AFTER_HELP: "Start here:\n  seaworthy example                      what an answer looks like\n  seaworthy run -- docker build .        build, and explain a failure\n  seaworthy diagnose                     explain the last failed build\n  seaworthy diagnose build.log           explain any log\n  seaworthy check                        find the failure before the build\n\nExit codes: 0 no failure, 1 failure explained, 2 wrong usage,\n3 failed or unclear and not explained, 4 cannot read or write.\n`run` exits with the command's own code, 128+N when signal N ended it, 126 when\nit cannot be started, 127 when it is not found, 125 on an error of our own.",
        "从这里开始：\n  seaworthy example                      看看诊断结果的样子\n  seaworthy run -- docker build .        执行构建，失败时给出解释\n  seaworthy diagnose                     解释最近一次失败的构建\n  seaworthy diagnose build.log           解释任意日志\n  seaworthy check                        在构建之前找出问题\n\n退出码：0 没有失败，1 失败且已解释，2 用法错误，\n3 失败或情况不明且未能解释，4 无法读取或写入。\n`run` 以所执行命令的退出码退出；命令被信号 N 终止时为 128+N，\n无法启动为 126，找不到为 127，seaworthy 自身出错为 125。";
    /// Heading in help.
    USAGE: "Usage:", "用法：";
    /// Heading in help.
    COMMANDS: "Commands", "命令";
    /// Heading in help.
    ARGUMENTS: "Arguments", "参数";
    /// Heading in help.
    OPTIONS: "Options", "选项";
    /// Heading in help.
    GENERAL: "General options", "通用选项";

    /// Help of a command.
    DIAGNOSE: "Explain a failed build: from logs, build records, or buildx's history", "解释失败的构建：读取日志、构建记录或 buildx 的历史";
    /// Longer help of a command.
    DIAGNOSE_LONG: "Explain a failed build.\n\nInputs are build logs of any kind (BuildKit plain, tty or rawjson, classic builder, Compose, Podman, kaniko, CI logs, plain `go` output; also .gz and .zst) and BuildKit's build records (.dockerbuild). A folder stands for the logs in it and below it, in the order of their names: what ends in .log, .txt, .out, .err, .json, .jsonl, .ndjson, .html or .dockerbuild (also with .gz or .zst), or is called log, stdout, stderr, output, console, consoleText or trace; hidden files and links are left out.\n\nWithout an input, standard input is read if it is a file or a pipe with content; otherwise the last failed build is taken out of buildx's history. The only program this starts is `docker buildx history`; it opens no connection and writes nothing but the files named with --report.",
        "解释失败的构建。\n\n输入可以是任何形式的构建日志（BuildKit 的 plain、tty 或 rawjson，经典构建器，Compose，Podman，kaniko，各种 CI 日志，`go` 命令的直接输出；也可以是 .gz 和 .zst）以及 BuildKit 的构建记录（.dockerbuild）。给出文件夹时，按名称顺序读取其中及下级的日志：以 .log、.txt、.out、.err、.json、.jsonl、.ndjson、.html 或 .dockerbuild 结尾（可再加 .gz 或 .zst），或名为 log、stdout、stderr、output、console、consoleText、trace 的文件；隐藏文件和链接除外。\n\n没有给出输入时，若标准输入是文件或有内容的管道则读取它；否则从 buildx 的历史中取最近一次失败的构建。本命令只会启动 `docker buildx history` 这一个程序，不建立任何连接，除 --report 指定的文件外不写任何文件。";
    /// Help of a command.
    RUN: "Run any build; after a failure, explain it", "执行任意构建命令，失败后给出解释";
    /// Longer help of a command.
    RUN_LONG: "Run any build; after a failure, explain it.\n\nThe command's output passes through byte for byte as it comes, signals are forwarded, its exit code is kept. Nothing is added when it succeeds. On a terminal the command gets a terminal too, so that docker draws as always. The explanation goes to standard error. A build that is stopped with Ctrl-C or a signal is not explained.",
        "执行任意构建命令，失败后给出解释。\n\n命令的输出逐字节即时透传，信号会转发，退出码保持不变。成功时不添加任何内容。在终端中运行时，命令同样得到一个终端，docker 的显示与平时一样。解释写到标准错误。用 Ctrl-C 或信号中止的构建不做解释。";
    /// Help of a command.
    DOWNLOADS: "Show as a table what `go mod download -json` (or -x) said", "以表格显示 `go mod download -json`（或 -x）的输出";
    /// Help of a command.
    EXPLAIN: "Explain a cause: what it means, how it comes about, what helps", "说明一种原因：含义、由来和解决办法";
    /// Help of a command.
    CAUSES: "List all causes", "列出所有原因";
    /// Help of a command.
    COMPLETIONS: "Print a completion script for a shell", "输出 shell 的补全脚本";
    /// Help of a command.
    MAN: "Print the manual page", "输出手册页（man page）";
    /// Help of a command.
    EXAMPLE: "Explain a real failed build that is built into this program", "解释程序内置的一次真实的失败构建";
    /// Help of a command.
    HELP_COMMAND: "Show help for a command", "显示命令的帮助";

    /// Help of an argument.
    INPUTS: "Logs, build records or folders of them; `-` is standard input", "日志、构建记录或存放它们的文件夹；`-` 表示标准输入";
    /// Help of an argument.
    LAST: "Take the last failed build out of buildx's history, whatever standard input is", "从 buildx 的历史中取最近一次失败的构建，不看标准输入";
    /// Help of an argument.
    BUILDER: "Look into the history of this buildx builder", "查看这个 buildx 构建器的历史";
    /// Help of an argument.
    PROJECT: "Look at the files of this project to confirm causes [default: the current folder, if its Dockerfile contains the failing instruction]",
        "查看这个项目的文件来核实原因 [默认：当前文件夹，但其中的 Dockerfile 须包含失败的指令]";
    /// Help of an argument.
    FORMAT: "Form of the output: {0} [default: text]", "输出格式：{0} [默认：text]";
    /// Help of an argument.
    REPORT: "Also write the report to a file, as `json=report.json`; may be repeated", "另将报告写入文件，例如 `json=report.json`；可重复";
    /// Help of an argument.
    NO_REDACT: "Show passwords and tokens that the log contains instead of masking them", "不遮盖日志中的密码和令牌";
    /// Help of an argument.
    RUN_COMMAND: "The build command and its arguments", "构建命令及其参数";
    /// Help of an argument.
    DOWNLOADS_INPUT: "Output of `go mod download -json` or -x, or a build log with it; `-` or nothing is standard input",
        "`go mod download -json` 或 -x 的输出，或包含它的构建日志；`-` 或省略表示标准输入";
    /// Help of an argument.
    CAUSE: "Id of a cause, as shown in brackets: error[net-dns]", "原因的标识，即方括号中的内容：error[net-dns]";
    /// Help of an argument.
    SHELL: "The shell: {0}", "shell 名称：{0}";
    /// Help of an argument.
    MAN_COMMAND: "The command to describe instead of the program", "要说明的命令；省略时说明整个程序";
    /// Help of an argument.
    LANG: "Language of messages: en, zh [default: from the locale]", "消息语言：en、zh [默认：取自系统区域设置]";
    /// Help of an argument.
    COLOR: "Colours: auto, always, never [default: auto]", "颜色：auto（自动）、always（总是）、never（从不）[默认：auto]";
    /// Help of an argument.
    QUIET: "Nothing but the first finding: no notes, nothing about builds that did not fail", "只显示首要结论：没有提示，也不提未失败的构建";
    /// Help of an argument.
    HELP: "Show help", "显示帮助";
    /// Help of an argument.
    VERSION: "Show the version", "显示版本";

    /// Head of an error message.
    ERROR: "error: {0}", "错误：{0}";
    /// Head of a remark.
    NOTE: "note: {0}", "提示：{0}";
    /// Head of what to do.
    HINT: "help: {0}", "帮助：{0}";

    /// A usage error.
    UNKNOWN_ARGUMENT: "unexpected argument `{0}`", "不认识的参数 `{0}`";
    /// A usage error.
    UNKNOWN_COMMAND: "there is no command `{0}`", "没有命令 `{0}`";
    /// A usage error.
    INVALID_VALUE: "`{0}` is no value for {1}", "`{0}` 不能用作 {1} 的值";
    /// A usage error.
    MISSING_VALUE: "{0} needs a value", "{0} 需要一个值";
    /// A usage error.
    MISSING_ARGUMENT: "{0} is missing", "缺少 {0}";
    /// A usage error.
    CONFLICT: "{0} cannot be used with {1}", "{0} 不能与 {1} 同时使用";
    /// A usage error.
    REPEATED: "{0} can be given only once", "{0} 只能给出一次";
    /// A usage error.
    OTHER_USAGE: "the command line is not understood: {0}", "无法理解命令行：{0}";
    /// After a usage error.
    DID_YOU_MEAN: "did you mean `{0}`?", "您是不是要用 `{0}`？";
    /// After a usage error.
    POSSIBLE: "possible values: {0}", "可用的值：{0}";
    /// After a usage error.
    SEE_HELP: "see `{0} --help`", "参见 `{0} --help`";
    /// A usage error.
    REPORT_FORM: "--report wants FORMAT=FILE, got `{0}`", "--report 的形式应为 FORMAT=FILE，得到的是 `{0}`";
    /// A usage error.
    UNKNOWN_FORMAT: "there is no format `{0}`", "没有格式 `{0}`";
    /// A usage error.
    UNKNOWN_CAUSE: "there is no cause `{0}`", "没有原因 `{0}`";
    /// After a usage error.
    LIST_CAUSES: "`seaworthy causes` lists them", "用 `seaworthy causes` 列出全部原因";

    /// A settings error: file, line, key.
    UNKNOWN_KEY: "{0}:{1}: there is no setting `{2}`", "{0}:{1}：没有设置项 `{2}`";
    /// A settings error: file, line, reason.
    BAD_SETTINGS: "{0}:{1}: {2}", "{0}:{1}：{2}";
    /// After a settings error.
    KNOWN_KEYS: "settings are: {0}", "可用的设置项：{0}";
    /// A settings error: variable, value.
    BAD_VARIABLE: "the environment variable {0} has the value `{1}`", "环境变量 {0} 的值为 `{1}`";

    /// An input that cannot be read: path, reason.
    CANNOT_READ: "cannot read {0}: {1}", "无法读取 {0}：{1}";
    /// An output that cannot be written: path, reason.
    CANNOT_WRITE: "cannot write {0}: {1}", "无法写入 {0}：{1}";
    /// Name of an input or output.
    STDIN: "standard input", "标准输入";
    /// Name of an output.
    STDOUT: "standard output", "标准输出";
    /// Reason.
    NO_SUCH_FILE: "no such file or folder", "没有这个文件或文件夹";
    /// Reason.
    NO_PERMISSION: "permission denied", "没有权限";
    /// Reason.
    IS_A_FOLDER: "it is a folder", "它是一个文件夹";
    /// Reason.
    NOT_A_FOLDER: "it is not a folder", "它不是文件夹";
    /// Reason.
    DISK_FULL: "no space left on the device", "设备上没有剩余空间";
    /// Reason.
    NO_LOGS_INSIDE: "no file in it has a log's name", "其中没有像日志那样命名的文件";
    /// After the former.
    NAME_THE_FILES: "name the files themselves, whatever they are called", "请直接给出文件名，叫什么名字都可以";
    /// While a pipe stays empty.
    WAITING: "waiting for a build log on standard input; `seaworthy diagnose --last` takes the last failed build instead",
        "正在等待标准输入中的构建日志；`seaworthy diagnose --last` 则直接取最近一次失败的构建";

    /// run: the command is not there.
    NOT_FOUND: "cannot run `{0}`: command not found", "无法执行 `{0}`：找不到命令";
    /// run: the command cannot be started: command, reason.
    NOT_STARTABLE: "cannot run `{0}`: {1}", "无法执行 `{0}`：{1}";
    /// run: trouble of our own.
    RUN_TROUBLE: "cannot watch over the command: {0}", "无法照看该命令：{0}";
    /// A bug of ours.
    DIAGNOSIS_FAILED: "the diagnosis itself failed; this is a bug, please report it with the log", "诊断过程本身出错；这是程序缺陷，请附上日志报告给我们";

    /// Remark about a build from history: name, when it began, the command for its log.
    FROM_HISTORY: "from buildx's history: build `{0}`, begun {1}, log: {2}", "取自 buildx 的历史：构建 `{0}`，开始于 {1}，日志：{2}";
    /// Remark.
    NEWER_SUCCEEDED: "the newest build in buildx's history succeeded; this is the last one that failed", "buildx 历史中最新的构建是成功的；这里是最近一次失败的构建";
    /// Nothing failed: name of the newest build.
    HISTORY_CLEAN: "buildx's history holds no failed build; the newest one is `{0}`", "buildx 的历史中没有失败的构建；最新的一次是 `{0}`";
    /// No build at all.
    HISTORY_EMPTY: "there is no build log to read, and the history of this builder is empty (the classic builder keeps none)", "没有可读的构建日志，而这个构建器的历史是空的（经典构建器不保存历史）";
    /// No docker.
    NO_DOCKER: "there is no build log to read, and no `docker` command to ask for the last build", "没有可读的构建日志，也没有 `docker` 命令可查询最近的构建";
    /// No buildx, or one without history.
    NO_HISTORY_COMMAND: "there is no build log to read, and this docker has no build history (`docker buildx history` needs buildx 0.20 or newer)",
        "没有可读的构建日志，而这个 docker 没有构建历史（`docker buildx history` 需要 buildx 0.20 或更新版本）";
    /// The engine keeps none.
    NO_HISTORY_KEPT: "there is no build log to read, and the BuildKit of this builder is too old to keep a build history", "没有可读的构建日志，而这个构建器的 BuildKit 太旧，不保存构建历史";
    /// The engine does not answer: what docker said.
    HISTORY_UNREACHABLE: "there is no build log to read, and the Docker engine does not answer: {0}", "没有可读的构建日志，Docker 引擎也没有响应：{0}";
    /// docker said something else.
    HISTORY_FAILED: "cannot read buildx's history: {0}", "无法读取 buildx 的历史：{0}";
    /// How to go on without history.
    GO_ON_RUN: "build again under our eyes: seaworthy run -- docker build .", "在 seaworthy 下重新构建：seaworthy run -- docker build .";
    /// How to go on without history.
    GO_ON_BUILDER: "or name the builder that was used: seaworthy diagnose --last --builder NAME (`docker buildx ls` lists them)", "或指明所用的构建器：seaworthy diagnose --last --builder 名称（用 `docker buildx ls` 列出）";
    /// How to go on without history.
    GO_ON_PIPE: "or hand over a log: docker build --progress=plain . 2>&1 | seaworthy diagnose", "或提供日志：docker build --progress=plain . 2>&1 | seaworthy diagnose";

    /// Heading of explain.
    SEVERITY: "severity", "严重程度";
    /// Severity.
    SEVERITY_ERROR: "error", "错误";
    /// Severity.
    SEVERITY_WARNING: "warning", "警告";
    /// Severity.
    SEVERITY_NOTE: "note", "提示";
    /// Heading of explain.
    PITFALL: "What not to do", "不要这样做";
    /// Heading of explain.
    REFERENCES: "Read on", "延伸阅读";

    /// Column of the downloads table.
    MODULE: "module", "模块";
    /// Column of the downloads table.
    MODULE_VERSION: "version", "版本";
    /// Column of the downloads table.
    STATE: "state", "状态";
    /// Column of the downloads table.
    SIZE: "size", "大小";
    /// Column of the downloads table.
    TIME: "time", "用时";
    /// Column of the downloads table.
    SUM: "sum", "校验和";
    /// Column of the downloads table.
    CAUSE_COLUMN: "cause", "原因";
    /// State of a module.
    DOWNLOADED: "downloaded", "已下载";
    /// State of a module.
    CACHED: "cached", "已缓存";
    /// State of a module.
    PRESENT: "present", "已就绪";
    /// State of a module.
    FAILED: "failed", "失败";
    /// Part of the totals: how many, of which state.
    COUNT: "{0} {1}", "{1} {0} 个";
    /// Between parts of a list.
    LIST_COMMA: ", ", "，";
    /// Totals of the downloads table: how many modules, the parts.
    TOTALS: "modules: {0} ({1})", "模块：{0} 个（{1}）";
    /// How to use downloads.
    PIPE_DOWNLOADS: "go mod download -json 2>&1 | seaworthy downloads", "用法：go mod download -json 2>&1 | seaworthy downloads";
    /// Nothing to show.
    NO_DOWNLOADS: "no module download in {0}", "{0} 中没有模块下载";

    /// Help of a command.
    CHECK: "Find what will break the build, without building", "不构建就找出会让构建失败的问题";
    /// Longer help of a command.
    CHECK_LONG: "Find what will break a Go build in Docker, or make it slow, unsafe or unrepeatable, without building anything.\n\nEvery Dockerfile of the project is read with its ignore file, the Compose, bake and CI files that build it, go.mod, go.sum and the sources. `error` means that the build fails. Nothing is started, no connection is opened and nothing is written but the files named with --report.\n\nA finding is silenced by a comment above its instruction, `# seaworthy: ignore[CAUSE]`, or for a file by `# seaworthy: ignore-file[CAUSE]`; ignore comments of hadolint and of `docker build --check` count too.\n\nExit codes: 0 nothing at or above the bar of --fail-on, 1 something, 2 wrong usage, 4 cannot read or write.",
        "不构建任何东西，找出会让 Docker 中的 Go 构建失败、变慢、不安全或不可重复的问题。\n\n读取项目的每个 Dockerfile 及其忽略文件，构建它的 Compose、bake 和 CI 文件，以及 go.mod、go.sum 和源码。`error` 表示构建必定失败。本命令不启动任何程序，不建立任何连接，除 --report 指定的文件外不写任何文件。\n\n在指令上方写注释 `# seaworthy: ignore[原因]` 可忽略一条结论，`# seaworthy: ignore-file[原因]` 作用于整个文件；hadolint 和 `docker build --check` 的忽略注释同样有效。\n\n退出码：0 没有达到 --fail-on 级别的结论，1 有，2 用法错误，4 无法读取或写入。";
    /// Help of a command.
    FIX: "Mend what check finds", "修复 check 找到的问题";
    /// Longer help of a command.
    FIX_LONG: "Mend what `seaworthy check` finds.\n\nThe edits keep the form of the files. Edits that contradict each other are refused; what only you can decide is named. Without --apply nothing is written: the edits are printed as a diff for `patch -p1` or `git apply`.\n\nExit codes: 0 done or nothing to do, 1 something is left, 2 wrong usage, 4 cannot read or write.",
        "修复 `seaworthy check` 找到的问题。\n\n修改保持文件原有的格式。互相矛盾的修改会被拒绝；只有您能决定的事项会列出来。不带 --apply 时不写任何文件，修改以 diff 形式输出，可交给 `patch -p1` 或 `git apply`。\n\n退出码：0 已完成或无需处理，1 仍有遗留，2 用法错误，4 无法读取或写入。";
    /// Help of a command.
    INIT: "Write a Dockerfile and a .dockerignore for a Go project", "为 Go 项目写出 Dockerfile 和 .dockerignore";
    /// Help of a command.
    CONTEXT: "Show what a build sends to the builder", "显示构建会发送给构建器的内容";
    /// Help of a command.
    CONTEXT_WHY: "Show which line of which ignore file decides about a path", "显示由哪个忽略文件的哪一行决定某个路径";
    /// Help of a command.
    STAGES: "Show the stages of a Dockerfile and what a change rebuilds", "显示 Dockerfile 的各个阶段，以及改动会引起哪些重新构建";
    /// Help of a command.
    SERVE: "Run a Go module proxy that verifies and keeps what it fetched", "运行 Go 模块代理：校验并保存取到的内容";
    /// Longer help of a command.
    SERVE_LONG: "Run a Go module proxy.\n\nWithout options it listens on 127.0.0.1:3000, keeps modules in the user's cache folder, asks the upstreams of GOPROXY and verifies with the database of GOSUMDB (environment, then the `go env` file, then Go's defaults). What is typed wins over the settings file (--config), that over Go's variables. What is in the cache is served while every upstream is down. SIGTERM or Ctrl-C ends it once running answers are done.\n\nPoint Go at it: GOPROXY=http://127.0.0.1:3000",
        "运行 Go 模块代理。\n\n不带选项时监听 127.0.0.1:3000，把模块保存在用户的缓存文件夹，向 GOPROXY 列出的上游请求，用 GOSUMDB 的数据库校验（先环境变量，再 `go env` 文件，最后是 Go 的默认值）。命令行优先于设置文件（--config），设置文件优先于 Go 的变量。即使所有上游都不可用，已缓存的内容仍可提供。收到 SIGTERM 或 Ctrl-C 时，等正在进行的响应完成后退出。\n\n让 Go 使用它：GOPROXY=http://127.0.0.1:3000";
    /// Help of a command.
    PREFETCH: "Fetch the modules of go.sum files into the proxy's cache", "把 go.sum 中的模块取到代理的缓存中";
    /// Help of a command.
    EXPORT: "Write the proxy's cache to a tar archive, for a machine without network", "把代理的缓存写成 tar 归档，供没有网络的机器使用";
    /// Help of a command.
    IMPORT: "Take modules from such an archive into the proxy's cache, each checked anew", "从这种归档把模块取入代理的缓存，逐个重新检查";

    /// Help of an argument.
    CHECKED_PROJECT: "Folder of the project [default: the current folder]", "项目的文件夹 [默认：当前文件夹]";
    /// Help of an argument.
    DOCKERFILE: "Only this Dockerfile (a path in the project); may be repeated [default: all]", "只看这个 Dockerfile（项目中的路径）；可重复 [默认：全部]";
    /// Help of an argument.
    CONTEXT_DIR: "The build context's folder in the project [default: as Compose, bake and CI files say, or the Dockerfile's place suggests]",
        "构建上下文在项目中的文件夹 [默认：依据 Compose、bake 和 CI 文件，或由 Dockerfile 的位置推断]";
    /// Help of an argument.
    PERSONA: "Whose findings: regular, or pedantic for every improvement [default: regular]", "结论的范围：regular（常规）或 pedantic（列出每一处可改进之处）[默认：regular]";
    /// Help of an argument.
    FAIL_ON: "Exit with 1 on findings as bad as this: error, warning, never [default: warning]", "有达到此级别的结论时以 1 退出：error（错误）、warning（警告）、never（从不）[默认：warning]";
    /// Help of an argument.
    NO_IGNORES: "Do not honour ignore comments", "不理会忽略注释";
    /// Help of an argument.
    NO_REDACT_FILES: "Show passwords and tokens that the files contain instead of masking them", "不遮盖文件中的密码和令牌";
    /// Help of an argument.
    DIFF: "Print the edits as a diff (the default)", "以 diff 形式输出修改（默认）";
    /// Help of an argument.
    APPLY: "Write the edits into the files", "把修改写入文件";
    /// Help of an argument.
    UNSAFE: "Make edits too that may change what a working build produces", "也做可能改变构建产物的修改";
    /// Help of an argument.
    MAIN: "Folder of the main package, when there are several: cmd/server", "有多个 main 包时指定其文件夹：cmd/server";
    /// Help of an argument.
    INIT_PRIVATE: "Pattern of private modules, as in GOPRIVATE; may be repeated", "私有模块的模式，同 GOPRIVATE；可重复";
    /// Help of an argument.
    PORT: "Port to publish in the Compose file", "在 Compose 文件中公开的端口";
    /// Help of an argument.
    COMPOSE: "Write a Compose file too", "同时写出 Compose 文件";
    /// Help of an argument.
    WORKFLOW: "Write a GitHub Actions workflow too", "同时写出 GitHub Actions 工作流";
    /// Help of an argument.
    PRINT: "Print the files instead of writing them", "只输出文件内容，不写入";
    /// Help of an argument.
    WHY_PATH: "A path in the build context", "构建上下文中的路径";
    /// Help of an argument.
    LISTEN: "Address to listen on; may be repeated [default: 127.0.0.1:3000]", "监听地址；可重复 [默认：127.0.0.1:3000]";
    /// Help of an argument.
    CACHE: "Folder of the cache, in the layout of GOMODCACHE's cache/download [default: `seaworthy/modules` in the user's cache folder]",
        "缓存文件夹，布局与 GOMODCACHE 的 cache/download 相同 [默认：用户缓存文件夹中的 `seaworthy/modules`]";
    /// Help of an argument.
    UPSTREAM: "Where modules come from, as in GOPROXY [default: GOPROXY]", "模块的来源，写法同 GOPROXY [默认：GOPROXY]";
    /// Help of an argument.
    SUMDB: "Checksum database, as in GOSUMDB: NAME, KEY, `NAME URL` or off [default: GOSUMDB]", "校验和数据库，写法同 GOSUMDB：NAME、KEY、`NAME URL` 或 off [默认：GOSUMDB]";
    /// Help of an argument.
    VERIFY: "What modules are held against before they are kept: sumdb, gosum, off [default: sumdb]", "保存模块前用什么校验：sumdb、gosum、off [默认：sumdb]";
    /// Help of an argument.
    GOSUM: "A go.sum file for --verify gosum; may be repeated", "供 --verify gosum 使用的 go.sum 文件；可重复";
    /// Help of an argument.
    EXPORT_GOSUM: "Only the modules of this go.sum file; may be repeated [default: everything]", "只取这个 go.sum 文件中的模块；可重复 [默认：全部]";
    /// Help of an argument.
    PRIVATE: "As GOPRIVATE: the default of --no-proxy and --no-sumdb", "同 GOPRIVATE：--no-proxy 和 --no-sumdb 的默认值";
    /// Help of an argument.
    NO_PROXY: "As GONOPROXY: modules taken from their repository", "同 GONOPROXY：直接从仓库获取的模块";
    /// Help of an argument.
    NO_SUMDB: "As GONOSUMDB: modules that are not verified", "同 GONOSUMDB：不校验的模块";
    /// Help of an argument.
    INSECURE: "As GOINSECURE: modules that may be fetched without TLS", "同 GOINSECURE：可以不用 TLS 获取的模块";
    /// Help of an argument.
    OFFLINE: "Serve what is cached and ask nobody", "只提供已缓存的内容，不请求任何上游";
    /// Help of an argument.
    QUOTA: "Size the cache may reach, as 10GiB [default: no limit]", "缓存的大小上限，例如 10GiB [默认：不限]";
    /// Help of an argument.
    MIN_AGE: "Hide versions younger than this, as 3d", "隐藏比这更新的版本，例如 3d";
    /// Help of an argument.
    DRAIN: "Time for running answers when stopping [default: 30s]", "停止时等待正在进行的响应的时间 [默认：30s]";
    /// Help of an argument.
    TLS_CERTIFICATE: "PEM certificate chain of the server; needs --tls-key", "服务器的 PEM 证书链；须与 --tls-key 同用";
    /// Help of an argument.
    TLS_KEY: "PEM private key of the server", "服务器的 PEM 私钥";
    /// Help of an argument.
    ACCESS_LOG: "Log a line for every request to standard error", "每个请求在标准错误上记录一行";
    /// Help of an argument.
    CONFIG: "Settings file of the proxy", "代理的设置文件";
    /// Help of an argument.
    GO_SUMS: "go.sum files, or folders with one [default: the current folder]", "go.sum 文件，或含有它的文件夹 [默认：当前文件夹]";
    /// Help of an argument.
    ARCHIVE_OUT: "The archive to write; `-` is standard output", "要写出的归档；`-` 表示标准输出";
    /// Help of an argument.
    ARCHIVE_IN: "The archive to read; `-` is standard input", "要读取的归档；`-` 表示标准输入";

    /// Why a project cannot be checked.
    NO_DOCKERFILE: "there is no Dockerfile in it", "其中没有 Dockerfile";
    /// Why a project cannot be checked: the Dockerfile that was named.
    NOT_IN_PROJECT: "there is no Dockerfile `{0}` in it", "其中没有 Dockerfile `{0}`";
    /// A clean project: how many Dockerfiles.
    CLEAN: "nothing found in {0} Dockerfile(s)", "在 {0} 个 Dockerfile 中没有发现问题";
    /// One picture shows one Dockerfile.
    ONE_DOCKERFILE: "a picture shows one Dockerfile, and there are several", "一张图只能显示一个 Dockerfile，而这里有多个";
    /// After the former: the Dockerfiles.
    NAME_DOCKERFILE: "name one with --dockerfile: {0}", "用 --dockerfile 指定一个：{0}";
    /// Something was mended: cause, finding, fix.
    MENDED: "mended [{0}] {1}: {2}", "已修复 [{0}] {1}：{2}";
    /// Something would be mended: cause, finding, fix.
    MENDABLE: "mends [{0}] {1}: {2}", "将修复 [{0}] {1}：{2}";
    /// Something is left: cause, finding, why.
    LEFT: "left [{0}] {1}: {2}", "遗留 [{0}] {1}：{2}";
    /// Why something is left.
    LEFT_NEEDS_YOU: "it takes a decision of yours", "需要您来决定";
    /// Why something is left.
    LEFT_UNSAFE: "its edit may change what the build produces; --unsafe makes it", "修改可能改变构建产物；加 --unsafe 才会执行";
    /// Why something is left.
    LEFT_CONFLICT: "its edit contradicts another one", "修改与另一处冲突";
    /// A command to type.
    TYPE_COMMAND: "type: {0}", "请执行：{0}";
    /// Nothing to mend.
    NOTHING_TO_MEND: "nothing to mend", "没有需要修复的内容";
    /// A file that was written.
    WROTE: "wrote {0}", "已写入 {0}";
    /// Reason not to write.
    CHANGED_MEANWHILE: "it is not UTF-8, or it changed meanwhile", "它不是 UTF-8，或在此期间被修改";
    /// Reason not to write.
    EXISTS_ALREADY: "it is there already", "它已经存在";
    /// After the former.
    PRINT_INSTEAD: "--print shows what would be written", "--print 会显示将要写入的内容";
    /// Why init cannot: no module.
    INIT_NO_MODULE: "there is no go.mod in it", "其中没有 go.mod";
    /// Why init cannot: reason.
    INIT_BAD_MODULE: "its go.mod is not valid: {0}", "其中的 go.mod 无效：{0}";
    /// Why init cannot.
    INIT_NO_MAIN: "there is no main package in it", "其中没有 main 包";
    /// Why init cannot.
    INIT_SEVERAL: "there are several main packages", "有多个 main 包";
    /// After the former: folders.
    INIT_NAME_ONE: "name one with --main: {0}", "用 --main 指定一个：{0}";
    /// Why init cannot: folder.
    INIT_NOT_MAIN: "there is no main package in `{0}`", "`{0}` 中没有 main 包";

    /// Head of a context: Dockerfile, folder, ignore file.
    CONTEXT_OF: "{0}: context {1}, ignore file {2}", "{0}：上下文 {1}，忽略文件 {2}";
    /// No ignore file.
    NONE: "none", "无";
    /// An ignore file that does not count.
    SHADOWED: "{0} does not count: the other ignore file wins", "{0} 不生效：另一个忽略文件优先";
    /// An amount: files, bytes.
    AMOUNT: "{0} files, {1}", "{0} 个文件，{1}";
    /// Row of a context.
    ASKED: "sent by BuildKit", "BuildKit 发送";
    /// Row of a context.
    WHOLE: "not ignored (the classic builder sends all of it)", "未被忽略（经典构建器会全部发送）";
    /// Row of a context.
    IGNORED: "ignored", "被忽略";
    /// Heading of a context.
    BY_COPY: "by instruction:", "按指令：";
    /// Heading of a context.
    BIGGEST: "biggest folders:", "最大的文件夹：";
    /// Heading of a context.
    SECRETS: "sent, and like a secret:", "会被发送且像是机密：";
    /// Heading of a context.
    SUGGESTION: "worth adding to the ignore file:", "建议加入忽略文件：";
    /// Remark of a context.
    WALKS: "its `!` lines with wildcards make the client walk every ignored folder", "其中带通配符的 `!` 行使客户端遍历每个被忽略的文件夹";
    /// Remark of a context.
    NO_SUCH_PATH: "{0} does not exist", "{0} 不存在";
    /// Answer of why: path.
    IS_SENT: "{0} is sent: no line of an ignore file matches it", "{0} 会被发送：忽略文件中没有匹配它的行";
    /// Answer of why: path, file, line, pattern.
    IS_SENT_BY: "{0} is sent: {1}:{2}: {3}", "{0} 会被发送：{1}:{2}：{3}";
    /// Answer of why: path, file, line, pattern.
    IS_IGNORED_BY: "{0} is ignored: {1}:{2}: {3}", "{0} 被忽略：{1}:{2}：{3}";
    /// Remark of why: the parent that was matched.
    THROUGH_PARENT: "the line matches its folder {0}", "这一行匹配的是它所在的文件夹 {0}";
    /// Remark of why: lines.
    COPIED_BY: "copied by line {0} of {1}", "由 {1} 的第 {0} 行复制";

    /// Mark of a stage.
    FINAL_STAGE: "(final)", "（最终阶段）";
    /// Mark of a stage.
    UNNEEDED_STAGE: "(not needed by the final stage)", "（最终阶段不需要它）";
    /// Head of a stage: label and mark, first line, last line, steps.
    STAGE_HEAD: "{0}  lines {1}-{2}, steps: {3}", "{0}  第 {1}-{2} 行，步骤数：{3}";
    /// The base of a stage.
    STAGE_BASE: "on {0}", "基于 {0}";
    /// What a stage takes: paths, source, line.
    STAGE_COPIES: "copies {0} from {1} (line {2})", "从 {1} 复制 {0}（第 {2} 行）";
    /// What a stage mounts: source, line.
    STAGE_MOUNTS: "mounts from {0} (line {1})", "从 {0} 挂载（第 {1} 行）";
    /// Effect of a change: line.
    SOURCE_REBUILDS: "a source change runs it again from line {0}", "源码改动会从第 {0} 行重新执行";
    /// Effect of a change: line.
    MODULE_REBUILDS: "a go.mod change runs it again from line {0}", "go.mod 改动会从第 {0} 行重新执行";

    /// The proxy is up: address.
    LISTENING: "listening on {0}", "正在监听 {0}";
    /// The proxy cannot start: address, reason.
    CANNOT_LISTEN: "cannot listen on {0}: {1}", "无法监听 {0}：{1}";
    /// The proxy cannot start: reason.
    CANNOT_SERVE: "cannot start the module proxy: {0}", "无法启动模块代理：{0}";
    /// No folder for the cache.
    NO_CACHE_FOLDER: "there is no home folder to keep modules in", "没有可存放模块的主文件夹";
    /// After the former.
    GIVE_CACHE: "name one with --cache", "用 --cache 指定一个";
    /// Only folders can be moved.
    CACHE_NO_FOLDER: "`{0}` is no folder: only a cache on disk can be exported and imported", "`{0}` 不是文件夹：只有磁盘上的缓存可以导出和导入";
    /// What a warm-up did: fetched, cached, failed.
    PREFETCHED: "files fetched: {0}, in the cache already: {1}, failed: {2}", "已获取文件：{0}，缓存中已有：{1}，失败：{2}";
    /// A file that could not be had: name, reason.
    NOT_FETCHED: "{0}: {1}", "{0}：{1}";
    /// What a transfer did: files, size.
    TRANSFERRED: "files: {0} ({1})", "文件：{0} 个（{1}）";
    /// A file that was left out: name, reason.
    LEFT_OUT: "left out {0}: {1}", "略过 {0}：{1}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_is_there_in_every_language() {
        assert_eq!(finding::check_catalogue(super::ALL), Vec::<String>::new());
    }
}
