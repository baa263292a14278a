//! What a check of an access token costs beside the one Ed25519 verification in it, on one core.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};
use shared::cli::print;
use shared::id;
use shared::identity::Verifier;

use crate::load::median;
use crate::report::table;
use crate::signer::Signer;

/// Rounds of all three; the medians are shown.
const ROUNDS: usize = 5;
/// Fewer than a verifier remembers.
const TOKENS: usize = 4096;

/// Measures the three in turn and prints them side by side.
pub fn run(time: Duration) -> Result<()> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(measure(time))
}

async fn measure(time: Duration) -> Result<()> {
    let signer = Signer::new()?;
    let tokens = (0..TOKENS).map(|_| signer.token(id::time_ordered())).collect::<Result<Vec<_>>>()?;
    let messages = tokens.iter().map(|token| parts(&signer.key, token)).collect::<Result<Vec<_>>>()?;
    let slice = time / u32::try_from(ROUNDS)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(round(&signer, &tokens, &messages, slice).await?);
    }
    let of = |place: usize| median(rounds.iter().map(|rates| rates[place]));
    let (bare, cold, warm) = (of(0), of(1), of(2));
    let rows = [
        ("bare Ed25519 verification", bare, ""),
        ("check, token not seen before", cold, ">= 0.60"),
        ("check, token seen before", warm, "> 3"),
    ];
    let rows = rows.map(|(what, rate, target)| {
        [what.to_owned(), format!("{rate:.0}"), format!("{:.2}", rate / bare), target.to_owned()]
    });
    let bytes = tokens.first().map_or(0, String::len);
    print(format_args!(
        "{TOKENS} tokens of {bytes} bytes, one thread, medians of {ROUNDS} rounds of {:.1} s\n{}",
        slice.as_secs_f64(),
        table(["what", "per second", "of bare", "target"], rows)
    ));
    Ok(())
}

/// Bare, cold and warm, so many a second, pass by pass in turn until the time is over.
async fn round(signer: &Signer, tokens: &[String], messages: &[(&str, Signature)], time: Duration) -> Result<[f64; 3]> {
    let end = Instant::now() + time;
    let public = signer.public();
    let mut took = [Duration::ZERO; 3];
    let mut passes = 0.0;
    while passes < 1.0 || Instant::now() < end {
        let began = Instant::now();
        for (message, signature) in messages {
            // What jsonwebtoken calls, too.
            public.verify(black_box(message.as_bytes()), signature)?;
        }
        took[0] += began.elapsed();

        let verifier = Verifier::new(None);
        signer.trusted_by(&verifier);
        for pass in &mut took[1..] {
            let began = Instant::now();
            for token in tokens {
                black_box(verifier.check(token).await.map_err(|error| anyhow!("{error}"))?);
            }
            *pass += began.elapsed();
        }
        passes += 1.0;
    }
    Ok(took.map(|took| passes * tokens.len() as f64 / took.as_secs_f64()))
}

/// What the signature of a token covers, and the signature: Ed25519 gives the same one each time.
fn parts<'a>(key: &SigningKey, token: &'a str) -> Result<(&'a str, Signature)> {
    let (message, _) = token.rsplit_once('.').context("a token of one part")?;
    Ok((message, key.sign(message.as_bytes())))
}
