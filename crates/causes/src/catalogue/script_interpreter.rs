//! `script-interpreter`: a script cannot be run: Windows line ends, missing interpreter or no execute bit.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, then};
use crate::mend::{edits, names, words};
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "script-interpreter",
    severity: Severity::Error,
    title: Words::fixed(
        "a script cannot be run: Windows line ends, missing interpreter or no execute bit",
        "脚本无法执行：Windows 换行符、缺少解释器或没有执行权限",
    ),
    explanation: Words::fixed(
        "A script is there but the system cannot run it. Windows line ends make the interpreter's name \
         `/bin/bash\\r` (`bad interpreter`, `\\r: not found`, or just `not found` for a file that \
         exists); the image has no bash; the first line is missing (`exec format error`); or the file has \
         no execute bit.",
        "脚本存在但系统无法执行。Windows 换行符会让解释器变成 `/bin/bash\\r`（报 `bad interpreter`、`\\r: \
         not found`，或对存在的文件报 `not found`）；也可能是镜像里没有 bash、缺少首行 `#!`（报 `exec \
         format error`），或文件没有执行权限。",
    ),
    pitfall: Some(Words::fixed(
        "`chmod 777` is no cure: a script needs to be executable, not writable by everyone. `git \
         update-index --chmod=+x` or `COPY --chmod=755` is enough.",
        "`chmod 777` 不是办法：脚本只需要可执行，不需要对所有人可写。用 `git update-index --chmod=+x` 或 \
         `COPY --chmod=755` 即可。",
    )),
    references: &[
        "https://git-scm.com/docs/gitattributes",
        "https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
    ],
    signs: &[
        sign(94, "/bin/bash^M: bad interpreter"),
        sign(94, "^M: bad interpreter"),
        sign(93, "bad interpreter: No such file or directory"),
        sign(92, "env: 'bash\\r': No such file or directory"),
        sign(92, "\\r': No such file or directory"),
        sign(92, "\\r': command not found"),
        sign(92, "$'\\r': command not found"),
        sign(90, "env: can't execute 'bash': No such file or directory"),
        sign(90, "env: can't execute 'bash"),
        sign(88, "env: bash: No such file or directory"),
        sign(88, "env: ‘bash’: No such file or directory"),
        sign(88, "/usr/bin/env: 'bash': No such file or directory"),
        sign(88, "/usr/bin/env: bash: No such file or directory"),
        sign(86, "/bin/sh: {}.sh: not found"),
        sign(87, "/bin/sh: {}: {}.sh: not found"),
        sign(87, "{}.sh: Permission denied"),
        sign(86, "exec: \"{}.sh\": permission denied"),
        sign(80, "Syntax error: \"{}\" unexpected"),
        sign(80, "Syntax error: word unexpected (expecting \"do"),
        sign(80, "syntax error: unexpected end of file"),
        sign(86, "exec: \"/bin/bash\": stat /bin/bash: no such file"),
        sign(86, "exec: \"bash\": executable file not found"),
        sign(90, "unexpected token `$'"),
        sign(95, "exec {}.sh: exec format error"),
        sign(95, "exec {}.sh: no such file or directory"),
        sign(87, "^sh: {}.sh: not found"),
        sign(87, "^sh: {}: {}.sh: not found"),
    ],
    judge: Some(Judge { fault: false, words: &["\r"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::context::script),
    fixes,
};

/// The script.
fn script(case: &Case<'_>) -> Option<String> {
    let word = |text: &str| {
        text.split([' ', '"', '\'', ':', '[', ']', ','])
            .find(|w| w.ends_with(".sh"))
            .and_then(names::plain)
            .map(str::to_owned)
    };
    word(case.text).or_else(|| word(case.instruction))
}

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    let name = script(case).unwrap_or_else(|| "a script".to_owned());
    let zh = script(case).unwrap_or_else(|| "脚本".to_owned());
    if text.contains("^M") || text.contains("\\r") || text.contains('\r') {
        Words::new(format!("{name} has Windows line ends"), format!("{zh} 使用了 Windows 换行符"))
    } else if text.to_ascii_lowercase().contains("permission denied") {
        Words::new(format!("{name} is not executable"), format!("{zh} 没有执行权限"))
    } else if text.contains("bash") && !text.contains(".sh") {
        words!("a script wants bash, which is not in the image", "脚本需要 bash，但镜像中没有")
    } else if text.contains("exec format error") {
        Words::new(
            format!("{name} has no first line that names its interpreter"),
            format!("{zh} 缺少指明解释器的首行"),
        )
    } else if script(case).is_some() {
        Words::new(
            format!("{name} cannot be run: its interpreter is not there, or it has Windows line ends"),
            format!("{zh} 无法执行：缺少解释器，或使用了 Windows 换行符"),
        )
    } else {
        CAUSE.title.clone()
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let script = script(case).unwrap_or_else(|| "<script>.sh".to_owned());
    let denied = case.text.to_ascii_lowercase().contains("permission denied");
    let bit = run(
        words!(
            "give it the execute bit, in git, so that everyone has it",
            "在 git 中设置执行权限，所有人都会生效"
        ),
        format!(
            "git update-index --chmod=+x {} && git commit -m 'Make the script executable'",
            script.trim_start_matches("./").trim_start_matches('/')
        ),
    );
    if denied {
        let name = script.rsplit('/').next().unwrap_or(&script).to_owned();
        return vec![
            bit,
            edit(
                words!("or set it while copying", "或在复制时设置"),
                format!("-COPY {name} {script}\n+COPY --chmod=755 {name} {script}"),
            ),
            edit(
                words!("or name the interpreter", "或显式指定解释器"),
                edits::replace(case, &format!("\"{script}\""), &format!("\"sh\", \"{script}\""))
                    .or_else(|| edits::replace(case, &script, &format!("sh {script}")))
                    .unwrap_or_else(|| format!("-RUN {script}\n+RUN sh {script}")),
            ),
        ];
    }
    let ends = then(
        edit(
            words!(
                "keep Unix line ends in git (.gitattributes), and convert what is there",
                "在 .gitattributes 中固定 Unix 换行符，并转换现有文件"
            ),
            "+*.sh text eol=lf",
        ),
        "git add --renormalize . && git commit -m 'Use Unix line ends in scripts'",
    );
    let packages = edits::Packages { alpine: "bash", debian: "bash", redhat: "bash" };
    if case.text.contains("exec format error") {
        return vec![edit(words!("give the script its first line", "为脚本加上首行"), "+#!/bin/sh"), ends];
    }
    let mut fixes = vec![ends];
    if case.text.contains("bash") || !case.text.contains("\\r") {
        let bash = edits::install(
            case,
            &packages,
            &words!("install bash, if the script needs it", "如果脚本需要 bash，先安装它"),
        );
        if case.text.contains("bash'") || case.text.contains("\"bash\"") || case.text.contains("/bin/bash\"")
        {
            fixes.splice(0..0, bash);
        } else {
            fixes.extend(bash);
        }
    }
    fixes.truncate(3);
    fixes
}

/// A file that is there and yet "not found": its interpreter is what is missing.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim_end();
    if text.contains('\r')
        && (text.contains("not found") || text.contains("No such file") || text.contains("illegal option"))
    {
        return Some(Verdict::sure(92));
    }
    None
}
