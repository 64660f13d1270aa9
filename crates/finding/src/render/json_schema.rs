//! The JSON Schema of the JSON form. It stands beside [`super::json`] and is checked against it by the tests.

use serde_json::{Value, json};

use super::json::{REPORT, REPORTS};

/// The JSON Schema (draft 2020-12) of what [`super::Format::Json`] gives, for one report and for several.
///
/// Objects are open: later versions may add keys, never remove or rename one.
#[must_use]
pub fn json_schema() -> String {
    super::json::print(&schema())
}

fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:seaworthy:report:1",
        "title": "Seaworthy report",
        "description": "What a build's log said: one report, or several. Unknown keys are to be ignored.",
        "oneOf": [{ "$ref": "#/$defs/report" }, { "$ref": "#/$defs/reports" }],
        "$defs": {
            "reports": object(
                "Several logs or builds, in the order they were given.",
                &json!({
                    "schema": { "const": REPORTS },
                    "reports": { "type": "array", "items": { "$ref": "#/$defs/report" } },
                }),
            ),
            "report": report(),
            "step": step(),
            "finding": finding(),
            "evidence": object(
                "One line a claim rests on.",
                &json!({
                    "source": { "enum": ["log", "file"] },
                    "path": { "type": "string", "description": "As given; `-` is standard input." },
                    "line": { "type": "integer", "minimum": 1, "description": "1-based line of that input." },
                    "text": {
                        "type": "string",
                        "description": "The line without dialect prefix, timestamp and ANSI codes, secrets masked, otherwise character for character and untruncated.",
                    },
                }),
            ),
            "location": object(
                "A place in a file of the project; 1-based, columns count characters, `end_column` is exclusive.",
                &json!({
                    "path": { "type": "string" },
                    "line": { "type": "integer", "minimum": 1 },
                    "column": { "type": "integer", "minimum": 1 },
                    "end_line": { "type": "integer", "minimum": 1 },
                    "end_column": { "type": "integer", "minimum": 1 },
                }),
            ),
            "fix": object(
                "One way to mend the cause.",
                &json!({
                    "title": { "type": "string" },
                    "safe": { "type": "boolean", "description": "Cannot change what a working build produces." },
                    "command": { "type": ["string", "null"], "description": "What to type, if that is the fix." },
                    "diff": { "type": ["string", "null"], "description": "The edit, if that is the fix." },
                }),
            ),
        },
    })
}

fn report() -> Value {
    object(
        "One log or build.",
        &json!({
            "schema": { "const": REPORT },
            "outcome": { "enum": ["succeeded", "failed", "unknown"] },
            "step": {
                "description": "The failing step; null when there is none.",
                "anyOf": [{ "$ref": "#/$defs/step" }, { "type": "null" }],
            },
            "findings": {
                "description": "The first is the root cause. Empty when nothing explains the failure.",
                "type": "array", "items": { "$ref": "#/$defs/finding" },
            },
            "excerpt": {
                "description": "The most informative lines, when nothing explains a failure.",
                "type": "array", "items": { "$ref": "#/$defs/evidence" },
            },
        }),
    )
}

fn step() -> Value {
    object(
        "A step of the build. What the log does not say is null.",
        &json!({
            "stage": { "type": ["string", "null"], "description": "Stage name or number as printed." },
            "number": { "type": ["integer", "null"], "minimum": 0, "description": "As the builder prints it." },
            "of": { "type": ["integer", "null"], "minimum": 0, "description": "As the builder prints it." },
            "instruction": { "type": ["string", "null"], "description": "As printed: `RUN go mod download`." },
            "line": { "type": ["integer", "null"], "minimum": 1, "description": "Line in the Dockerfile." },
            "exit_code": { "type": ["integer", "null"] },
            "seconds": { "type": ["number", "null"] },
        }),
    )
}

fn finding() -> Value {
    object(
        "One thing that is wrong.",
        &json!({
            "cause": {
                "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
                "description": "Id of the cause: stable, never translated.",
            },
            "title": { "type": "string", "description": "One line, in the chosen language." },
            "confidence": { "enum": ["verified", "likely", "possible"] },
            "severity": { "enum": ["error", "warning", "note"] },
            "evidence": {
                "description": "The first is the decisive line.",
                "type": "array", "items": { "$ref": "#/$defs/evidence" },
            },
            "location": {
                "description": "Where to edit; null when there is no such place.",
                "anyOf": [{ "$ref": "#/$defs/location" }, { "type": "null" }],
            },
            "fixes": { "description": "Best first.", "type": "array", "items": { "$ref": "#/$defs/fix" } },
            "count": { "type": "integer", "minimum": 1, "description": "How many errors this finding stands for." },
            "subjects": {
                "description": "The distinct hosts, modules, images or files concerned.",
                "type": "array", "items": { "type": "string" },
            },
        }),
    )
}

/// An object whose keys are all required.
fn object(description: &str, properties: &Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flatten().map(|(key, _)| key).collect();
    json!({ "type": "object", "description": description, "required": required, "properties": properties })
}
