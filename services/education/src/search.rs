//! Searching courses by words. The two databases fold letters differently, so both sides of the comparison are folded
//! here, and what a caller writes never means more than its letters.

use sea_orm::sea_query::LikeExpr;

/// What the column holds at most.
const STORED_MAX: usize = 10_400;
/// Stands before a letter of the pattern that means itself. Not a backslash, which the databases quote differently.
const ESCAPE: char = '!';

/// Lower case, letter by letter: the same letter becomes the same wherever in a word it stands.
fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// What is searched of a course.
#[must_use]
pub fn searchable(title: &str, description: &str, category: &str) -> String {
    // Lower case may be longer than upper case, so the sum of the lengths is no bound.
    fold(&[title, description, category].join("\n")).chars().take(STORED_MAX).collect()
}

/// One pattern per word of a query; a course has to match them all.
#[must_use]
pub fn patterns(query: &str) -> Vec<LikeExpr> {
    query.split_whitespace().map(|word| LikeExpr::new(pattern(word)).escape(ESCAPE)).collect()
}

fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in fold(word).chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_caller_are_letters() {
        assert_eq!(pattern("100%_!"), "%100!%!_!!%");
    }

    #[test]
    fn case_is_folded_alike_on_both_sides() {
        assert_eq!(searchable("Éduquer", "ΟΔΟΣ", "Web"), "éduquer\nοδοσ\nweb");
        assert_eq!(pattern("ΟΔΟΣ"), "%οδοσ%");
    }

    #[test]
    fn what_grows_when_folded_still_fits_the_column() {
        assert_eq!(searchable("Title", &"İ".repeat(10_000), "Any").chars().count(), STORED_MAX);
    }

    #[test]
    fn each_word_is_looked_for() {
        assert_eq!(patterns("  web  react ").len(), 2);
        assert!(patterns(" ").is_empty());
    }
}
