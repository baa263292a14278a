//! Text as it is searched. The two databases fold letters differently, so both sides of a comparison are folded here,
//! and what a caller writes never means more than its letters.

use sea_orm::sea_query::LikeExpr;

/// What a column `search_text` holds at most: the longest description and what stands beside it.
const STORED_MAX: usize = 10_400;
/// Stands before a letter of a pattern that means itself. Not a backslash, which the databases quote differently.
const ESCAPE: char = '!';

/// Lower case, letter by letter (the same letter becomes the same wherever in a word it stands), and single spaces.
#[must_use]
pub fn folded(text: &str) -> String {
    let words: Vec<String> =
        text.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).collect()).collect();
    words.join(" ")
}

/// What is stored of a thing for searching it, the most telling part first: what the column cannot hold of the last
/// one is not searched.
#[must_use]
pub fn stored(parts: &[&str]) -> String {
    // Lower case may be longer than upper case, so the sum of the lengths is no bound.
    folded(&parts.join(" ")).chars().take(STORED_MAX).collect()
}

/// A pattern for text that contains this one, as it is written.
#[must_use]
pub fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", literal(text))).escape(ESCAPE)
}

/// A pattern for text that begins with this one, as it is written.
#[must_use]
pub fn beginning_with(text: &str) -> LikeExpr {
    LikeExpr::new(format!("{}%", literal(text))).escape(ESCAPE)
}

fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_caller_are_letters() {
        assert_eq!(literal(r"100%_! \o/"), r"100!%!_!! \o/");
    }

    #[test]
    fn case_and_space_are_folded_alike_wherever_they_stand() {
        assert_eq!(stored(&["Éduquer ", "ΟΔΟΣ", "Web\n  1"]), "éduquer οδοσ web 1");
        assert_eq!(folded("ΟΔΟΣ"), "οδοσ");
    }

    #[test]
    fn what_grows_when_folded_still_fits_the_column() {
        assert_eq!(stored(&["Title", &"İ".repeat(10_000)]).chars().count(), STORED_MAX);
    }
}
