//! Every word the renderers say of their own accord, in every language. What a finding says comes with the finding.

crate::catalogue! { pub(crate),
    /// Severity of a finding.
    ERROR: "error", "错误";
    /// Severity of a finding.
    WARNING: "warning", "警告";
    /// Severity of a finding, and the head of a remark.
    NOTE: "note", "提示";
    /// Head of a finding: severity, id, title.
    HEAD: "{0}[{1}]: {2}", "{0}[{1}]：{2}";
    /// Head without an id: severity, title.
    PLAIN_HEAD: "{0}: {1}", "{0}：{1}";

    /// Which stage a step belongs to.
    STAGE: "stage `{0}`", "阶段 `{0}`";
    /// Number and total of a step.
    STEP_OF: "step {0} of {1}", "第 {0} 步（共 {1} 步）";
    /// Number of a step whose total is not known.
    STEP: "step {0}", "第 {0} 步";
    /// A step of which nothing else is known.
    A_STEP: "a build step", "某个构建步骤";
    /// How a step failed: duration, exit code.
    FAILED_AFTER_WITH: "failed after {0} with exit code {1}", "运行 {0}后失败，退出码 {1}";
    /// How a step failed: duration.
    FAILED_AFTER: "failed after {0}", "运行 {0}后失败";
    /// How a step failed: exit code.
    FAILED_WITH: "failed with exit code {0}", "失败，退出码 {0}";
    /// How a step failed.
    FAILED: "failed", "失败";
    /// Between the parts of a sentence.
    COMMA: ", ", "，";
    /// Between the items of a list.
    LIST_COMMA: ", ", "、";
    /// A duration in seconds.
    SECONDS: "{0} s", "{0} 秒";
    /// A duration in minutes and seconds.
    MINUTES: "{0} min {1} s", "{0} 分 {1} 秒";
    /// A duration in whole minutes.
    WHOLE_MINUTES: "{0} min", "{0} 分钟";
    /// A duration in hours and minutes.
    HOURS: "{0} h {1} min", "{0} 小时 {1} 分";
    /// Name of the input `-`.
    STDIN: "standard input", "标准输入";
    /// Label under the failing instruction.
    FAILED_HERE: "failed here", "在此失败";
    /// After a log line's place: how many more errors are of its kind.
    MORE_LIKE_IT: "{0}, and {1} more like it", "{0}，另有 {1} 处同类错误";
    /// After a list that was cut: how many more items there are.
    AND_MORE: "{0} and {1} more", "{0} 等另外 {1} 项";

    /// Confidence.
    VERIFIED: "verified", "已核实";
    /// Confidence.
    LIKELY: "likely", "很可能";
    /// Confidence.
    POSSIBLE: "possible", "有可能";
    /// Something with its explanation in brackets.
    BRACKETS: "{0} ({1})", "{0}（{1}）";
    /// What `likely` rests on.
    LIKELY_PROOF: "the log says so, nothing else was checked", "依据日志，未查看其他信息";
    /// What `possible` means.
    POSSIBLE_PROOF: "one explanation among several", "几种解释之一";
    /// Label of the confidence.
    SURE: "sure", "把握";
    /// Label of the reasoning.
    WHY: "why", "原因";
    /// Label of the hosts, modules, files concerned.
    CONCERNS: "concerns", "涉及";
    /// Label of the pointer to the cause's page.
    MORE: "more", "详情";
    /// Label of a fix.
    HELP: "help", "修复";
    /// Mark of a fix that may change what the build produces.
    REVIEW_FIRST: "review first", "请先确认";
    /// Pointer to further fixes than those shown: id, number.
    EXPLAIN_MORE: "seaworthy explain {0} ({1} more ways)", "seaworthy explain {0}（还有 {1} 种办法）";
    /// Head of the findings after the first.
    ALSO: "also found", "其他发现";

    /// A failure nothing explains.
    UNEXPLAINED: "the build failed, and no known cause fits", "构建失败，没有已知的原因与之相符";
    /// What is shown instead of a cause.
    UNEXPLAINED_WHY: "Rather than guess, here are the most telling lines of the step that failed.",
        "与其猜测，不如看看失败步骤中最能说明问题的几行。";
    /// The same, when there is no line either.
    UNEXPLAINED_NO_LINES: "The input holds no line of the failing step's own output.",
        "输入中没有失败步骤自身的输出。";
    /// Advice for an unexplained failure.
    TRY_PLAIN: "build again with the whole output of every step", "重新构建，并保留每一步的完整输出";
    /// Advice for an unexplained failure.
    TRY_LAST: "or read the last failed build from buildx's own history", "或者读取 buildx 历史记录中最近一次失败的构建";
    /// The input does not say how the build ended.
    UNCLEAR: "{0} does not say how the build ended", "{0} 没有说明构建如何结束";
    /// Advice for an unclear input.
    TRY_WHOLE: "hand over the whole log, to its last line", "请提供完整的日志，直到最后一行";
    /// The build succeeded.
    SUCCEEDED: "the build succeeded", "构建成功";
    /// The build succeeded: steps, time.
    SUCCEEDED_IN: "the build succeeded: {0}, {1}", "构建成功：{0}，{1}";
    /// A number of steps.
    STEPS_COUNT: "{0} steps", "{0} 个步骤";
    /// One step.
    ONE_STEP: "1 step", "1 个步骤";
    /// A number of steps with those out of the cache.
    STEPS_CACHED: "{0}, {1} cached", "{0}，其中 {1} 个来自缓存";

    /// Head of several reports: all, failed, succeeded, unclear.
    BUILDS: "{0} builds: {1} failed, {2} succeeded, {3} unclear", "{0} 个构建：{1} 个失败，{2} 个成功，{3} 个不明";
    /// Column of the table by cause.
    CAUSE: "cause", "原因";
    /// Column of the table by cause.
    BUILDS_COLUMN: "builds", "构建数";
    /// Column of the table by cause.
    WHERE_COLUMN: "where", "位置";
    /// Row of builds nothing explains.
    NO_CAUSE: "(no known cause)", "（无已知原因）";
    /// Row of inputs that do not say how the build ended.
    NO_END: "(unclear)", "（不明）";

    /// Label of the failing step.
    STEP_LABEL: "step", "步骤";
    /// Label of the place.
    WHERE: "where", "位置";
    /// Heading of the proof in the page.
    EVIDENCE: "The proof", "证据";
    /// Fold with the other findings.
    OTHER_FINDINGS: "Other findings ({0})", "其他发现（{0}）";
    /// Title of the HTML page and of the test suite.
    REPORT: "Build report", "构建报告";
    /// Who made the page: name and version.
    MADE_BY: "made by {0}", "由 {0} 生成";
    /// Heading of the failing step in the page.
    FAILING_STEP: "The step that failed", "失败的步骤";
    /// Heading of the fixes in the page.
    HOW_TO_MEND: "How to mend it", "如何修复";
    /// Heading of the excerpt.
    EXCERPT: "The most telling lines", "最能说明问题的几行";
    /// Heading of the timeline.
    TIMELINE: "Where the time went", "时间花在哪里";
    /// Under the timeline, when the log gives durations but no starts.
    TIMELINE_NO_START: "The log gives no start times: steps are drawn one after another.",
        "日志没有给出开始时间：步骤按先后顺序排列。";
    /// Under the timeline, when the log gives no times at all.
    TIMELINE_NO_TIMES: "The log gives no times.", "日志没有给出时间。";
    /// What the timeline picture shows, for those who cannot see it: steps, stages, time.
    TIMELINE_ALT: "Timeline of {0} in {1} lanes over {2}", "{0}的时间线，共 {1} 条泳道，总时长 {2}";
    /// Lane of steps without a stage.
    NO_STAGE: "(no stage)", "（无阶段）";
    /// Fold with the table of steps.
    ALL_STEPS: "All steps ({0})", "全部步骤（{0}）";
    /// Heading of the slowest steps.
    SLOWEST: "The slowest steps", "最慢的步骤";
    /// Column of the table of steps.
    STAGE_COLUMN: "stage", "阶段";
    /// Column of the table of steps.
    START_COLUMN: "start", "开始";
    /// Column of the table of steps.
    TIME_COLUMN: "time", "用时";
    /// Column of the table of steps.
    STATE_COLUMN: "state", "状态";
    /// State of a step.
    DONE: "done", "完成";
    /// State of a step.
    CACHED: "cached", "缓存";
    /// State of a step.
    CANCELED: "canceled", "已取消";
    /// State of a step.
    STATE_UNKNOWN: "not known", "未知";
    /// What was read.
    INPUT: "input", "输入";
    /// How it ended.
    OUTCOME: "outcome", "结果";
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_text_has_every_language() {
        assert_eq!(crate::words::check_catalogue(super::ALL), Vec::<String>::new());
    }
}
