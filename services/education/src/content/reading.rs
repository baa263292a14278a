//! Reads the content of a module from a request: every violation is named by its path, and lists are bounded before
//! they are walked.

use std::collections::HashSet;

use proto::azora::education::v1::{self as api, QuestionKind};
use shared::fields::Fields;
use shared::word::Word;

use super::{Assessment, Content, Lesson, Percent, Question};

/// Of the whole content, as JSON.
const BYTES_MAX: usize = 256 * 1024;
const LESSONS_MAX: usize = 200;
const ASSESSMENTS_MAX: usize = 20;
const QUESTIONS_MAX: usize = 100;
const OPTIONS_MAX: usize = 10;

/// The content under `path`; nothing given is an empty module.
pub fn read(fields: &mut Fields, path: &str, content: Option<&api::ModuleContent>) -> Content {
    let Some(content) = content else { return Content::default() };
    let lessons = each(fields, &format!("{path}.lessons"), &content.lessons, LESSONS_MAX, lesson);
    let assessments = each(fields, &format!("{path}.assessments"), &content.assessments, ASSESSMENTS_MAX, assessment);
    differ(fields, &format!("{path}.lessons"), "id", lessons.iter().map(|lesson| &lesson.id));
    differ(fields, &format!("{path}.assessments"), "key", assessments.iter().map(|assessment| &assessment.key));
    let content = Content { lessons, assessments };
    let size = serde_json::to_string(&content).map_or(usize::MAX, |stored| stored.len());
    if size > BYTES_MAX {
        fields.refuse(path, format!("must have at most {BYTES_MAX} bytes as JSON, has {size}"));
    }
    content
}

/// Reads a bounded list, item by item.
fn each<M, T>(
    fields: &mut Fields,
    path: &str,
    items: &[M],
    most: usize,
    read: impl Fn(&mut Fields, &str, &M) -> T,
) -> Vec<T> {
    if items.len() > most {
        fields.refuse(path, format!("must have at most {most} entries, has {}", items.len()));
        return Vec::new();
    }
    items.iter().enumerate().map(|(index, item)| read(fields, &format!("{path}[{index}]"), item)).collect()
}

/// Notes every name that has been used before in the same list. A missing one has been noted already.
fn differ<'a>(fields: &mut Fields, path: &str, field: &str, names: impl Iterator<Item = &'a String>) {
    let mut used = HashSet::new();
    for (index, name) in names.enumerate() {
        if !name.is_empty() && !used.insert(name) {
            fields.refuse(format!("{path}[{index}].{field}"), "is used before in the same list");
        }
    }
}

fn lesson(fields: &mut Fields, path: &str, lesson: &api::Lesson) -> Lesson {
    let bytes = fields.number(&format!("{path}.size_bytes"), lesson.size_bytes, 0..=i64::MAX);
    Lesson {
        id: name(fields, &format!("{path}.id"), &lesson.id),
        title: fields.text(&format!("{path}.title"), &lesson.title, 1..=255),
        kind: fields.word(&format!("{path}.kind"), lesson.kind),
        body: fields.optional_text(&format!("{path}.body"), &lesson.body, 1..=100_000),
        url: fields.url(&format!("{path}.url"), &lesson.url),
        bytes: Some(bytes).filter(|bytes| *bytes > 0),
        sha256: digest(fields, &format!("{path}.sha256"), &lesson.sha256),
        minutes: fields.number(&format!("{path}.minutes"), lesson.minutes, 0..=10_000),
    }
}

fn assessment(fields: &mut Fields, path: &str, assessment: &api::Assessment) -> Assessment {
    let questions_path = format!("{path}.questions");
    if assessment.questions.is_empty() {
        fields.refuse(questions_path.as_str(), "must have at least one entry");
    }
    let questions = each(fields, &questions_path, &assessment.questions, QUESTIONS_MAX, question);
    differ(fields, &questions_path, "id", questions.iter().map(|question| &question.id));
    let attempts = fields.number(&format!("{path}.attempts"), assessment.attempts, 0..=100);
    let minutes = fields.number(&format!("{path}.time_limit_minutes"), assessment.time_limit_minutes, 0..=1440);
    let pass_mark = fields.optional_hundredths(&format!("{path}.pass_mark"), &assessment.pass_mark, 0..=10_000);
    Assessment {
        key: name(fields, &format!("{path}.key"), &assessment.key),
        title: fields.text(&format!("{path}.title"), &assessment.title, 1..=255),
        pass_mark: pass_mark.map(Percent),
        attempts: Some(attempts).filter(|attempts| *attempts > 0),
        time_limit_minutes: Some(minutes).filter(|minutes| *minutes > 0),
        questions,
    }
}

fn question(fields: &mut Fields, path: &str, question: &api::Question) -> Question {
    let points = fields.number(&format!("{path}.points"), question.points, 0..=1000);
    let read = Question {
        id: name(fields, &format!("{path}.id"), &question.id),
        kind: fields.word(&format!("{path}.kind"), question.kind),
        prompt: fields.text(&format!("{path}.prompt"), &question.prompt, 1..=4000),
        options: fields.texts(&format!("{path}.options"), &question.options, OPTIONS_MAX, 1..=500),
        answer_key: fields.text(&format!("{path}.answer_key"), &question.answer_key, 1..=500),
        tolerance: fields.optional_text(&format!("{path}.tolerance"), &question.tolerance, 1..=40),
        points: points.max(1),
        explanation: fields.optional_text(&format!("{path}.explanation"), &question.explanation, 1..=4000),
    };
    check_options(fields, path, &read);
    check_key(fields, path, &read);
    check_tolerance(fields, path, &read);
    read
}

fn check_options(fields: &mut Fields, path: &str, question: &Question) {
    let path = format!("{path}.options");
    let different = question.options.iter().collect::<HashSet<_>>().len();
    match *question.kind {
        QuestionKind::MultipleChoice if different < 2 => fields.refuse(path, "must offer at least two different texts"),
        QuestionKind::MultipleChoice if different < question.options.len() => {
            fields.refuse(path, "must not offer the same text twice");
        }
        QuestionKind::ShortAnswer | QuestionKind::TrueFalse | QuestionKind::Numeric if different > 0 => {
            fields.refuse(path, "belong to multiple choice only");
        }
        // Nothing is wrong, or it is no kind, which has been noted already.
        _ => {}
    }
}

/// Whether the key can be right at all. A missing one has been noted already.
fn check_key(fields: &mut Fields, path: &str, question: &Question) {
    let key = &question.answer_key;
    let wrong = match *question.kind {
        QuestionKind::MultipleChoice if !question.options.contains(key) => "must be one of the options",
        QuestionKind::TrueFalse if key != "true" && key != "false" => "must be true or false",
        QuestionKind::Numeric if !is_number(key.strip_prefix('-').unwrap_or(key)) => "must be a decimal number",
        _ => return,
    };
    if !key.is_empty() {
        fields.refuse(format!("{path}.answer_key"), wrong);
    }
}

fn check_tolerance(fields: &mut Fields, path: &str, question: &Question) {
    let Some(tolerance) = &question.tolerance else { return };
    let path = format!("{path}.tolerance");
    if question.kind != Word(QuestionKind::Numeric) {
        fields.refuse(path, "belongs to numeric questions only");
    } else if !is_number(tolerance) {
        fields.refuse(path, "must be a decimal number, not below 0");
    }
}

/// Plain decimal digits, with or without a point: at most 18 before and 10 after it.
fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 18) && digits(fraction, 10)
}

/// What lessons, assessments and questions are known by: part of ids, so no letter in it needs quoting anywhere.
fn name(fields: &mut Fields, path: &str, text: &str) -> String {
    let name = fields.text(path, text, 1..=32);
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        fields.refuse(path, "must consist of a to z, 0 to 9 and -");
    }
    name
}

fn digest(fields: &mut Fields, path: &str, text: &str) -> Option<String> {
    let digest = fields.optional_text(path, text, 64..=64)?;
    if !digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        fields.refuse(path, "must be hex digits in lower case");
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use shared::error::Error;

    use super::*;

    /// The paths that are refused, below the question.
    fn refused(question: api::Question) -> Vec<String> {
        let question = api::Question { id: "q1".into(), prompt: "?".into(), ..question };
        let assessment = api::Assessment {
            key: "check".into(),
            title: "Check".into(),
            questions: vec![question],
            ..Default::default()
        };
        let content = api::ModuleContent { assessments: vec![assessment], ..Default::default() };
        let mut fields = Fields::new();
        read(&mut fields, "content", Some(&content));
        paths(fields, "content.assessments[0].questions[0].")
    }

    fn paths(fields: Fields, below: &str) -> Vec<String> {
        match fields.finish(()) {
            Err(Error::Refused(refusal)) => {
                refusal.fields.into_iter().map(|(path, _)| path.replacen(below, "", 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn asked(kind: QuestionKind, key: &str, options: &[&str]) -> api::Question {
        api::Question {
            kind: kind.into(),
            answer_key: key.into(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            ..Default::default()
        }
    }

    #[test]
    fn a_key_has_to_be_possible() {
        assert!(refused(asked(QuestionKind::MultipleChoice, "b", &["a", "b"])).is_empty());
        assert_eq!(refused(asked(QuestionKind::MultipleChoice, "c", &["a", "b"])), ["answer_key"]);
        assert!(refused(asked(QuestionKind::TrueFalse, "false", &[])).is_empty());
        assert_eq!(refused(asked(QuestionKind::TrueFalse, "no", &[])), ["answer_key"]);
        assert!(refused(asked(QuestionKind::ShortAnswer, "a few words", &[])).is_empty());
        for number in ["3", "-3.5", "0.0000000001"] {
            assert!(refused(asked(QuestionKind::Numeric, number, &[])).is_empty(), "{number}");
        }
        for text in ["three", "1e3", "--3", "3.", ".5", "1.12345678901", "١"] {
            assert_eq!(refused(asked(QuestionKind::Numeric, text, &[])), ["answer_key"], "{text}");
        }
    }

    #[test]
    fn options_differ_and_belong_to_multiple_choice() {
        assert_eq!(refused(asked(QuestionKind::MultipleChoice, "a", &["a"])), ["options"]);
        assert_eq!(refused(asked(QuestionKind::MultipleChoice, "a", &["a", "b", "a"])), ["options"]);
        assert_eq!(refused(asked(QuestionKind::ShortAnswer, "a", &["a", "b"])), ["options"]);
    }

    #[test]
    fn a_tolerance_belongs_to_numbers() {
        let within = |kind, key, tolerance: &str| {
            refused(api::Question { tolerance: tolerance.into(), ..asked(kind, key, &[]) })
        };
        assert!(within(QuestionKind::Numeric, "3", "0.5").is_empty());
        assert_eq!(within(QuestionKind::Numeric, "3", "-0.5"), ["tolerance"]);
        assert_eq!(within(QuestionKind::TrueFalse, "true", "0.5"), ["tolerance"]);
    }

    #[test]
    fn names_are_used_once() {
        let lesson = api::Lesson { id: "one".into(), title: "One".into(), kind: 1, ..Default::default() };
        let content = api::ModuleContent { lessons: vec![lesson.clone(), lesson], ..Default::default() };
        let mut fields = Fields::new();
        read(&mut fields, "content", Some(&content));
        assert_eq!(paths(fields, "content."), ["lessons[1].id"]);
    }

    #[test]
    fn lists_and_the_whole_are_bounded() {
        let lessons = |count: usize, body: &str| {
            let lesson = |index| api::Lesson {
                id: format!("l{index}"),
                title: "L".into(),
                kind: 1,
                body: body.into(),
                ..Default::default()
            };
            let content = api::ModuleContent { lessons: (0..count).map(lesson).collect(), ..Default::default() };
            let mut fields = Fields::new();
            read(&mut fields, "content", Some(&content));
            paths(fields, "")
        };
        assert!(lessons(200, "").is_empty());
        assert_eq!(lessons(201, ""), ["content.lessons"]);
        assert_eq!(lessons(3, &"x".repeat(90_000)), ["content"]);
    }
}
