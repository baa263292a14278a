//! What has been revoked, told to every service at once. Each copy of auth reads what all of them have written, twice a
//! second, keeps the picture of the last minutes, and hands changes on.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as Wait;

use chrono::Duration;
use proto::azora::auth::v1::{UserEpoch, WatchRevocationsResponse};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use shared::background::Background;
use shared::clock::{self, Time};
use shared::error::Result;
use shared::identity::{KEPT, Verifier};
use shared::work::Door;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::entity::revocation::{Column, Entity, Model};

const EVERY: Wait = Wait::from_millis(400);
/// A change becomes visible when it commits, which is later than the moment it is dated at: so far back it is looked for again.
const OVERLAP: Duration = Duration::seconds(90);
/// Changes that a watcher may be behind before it has to begin anew.
const BEHIND_MAX: usize = 1024;

/// The picture, and whoever watches it.
#[derive(Clone)]
pub struct Revocations {
    picture: Arc<Mutex<Picture>>,
    changes: broadcast::Sender<Arc<WatchRevocationsResponse>>,
}

#[derive(Default)]
struct Picture {
    known: HashSet<Uuid>,
    rows: Vec<Model>,
    /// Up to when everything has been read.
    until: Option<Time>,
}

impl Revocations {
    /// Reads the picture, and goes on reading.
    pub async fn start(door: &Door, identity: &Arc<Verifier>, background: &Background) -> Result<Self> {
        let revocations = Self { picture: Arc::default(), changes: broadcast::channel(BEHIND_MAX).0 };
        revocations.read(door, identity).await?;
        let (own, door, identity) = (revocations.clone(), door.clone(), identity.clone());
        background.every(EVERY, "revocations", move || {
            let (own, door, identity) = (own.clone(), door.clone(), identity.clone());
            async move { own.read(&door, &identity).await }
        });
        Ok(revocations)
    }

    async fn read(&self, door: &Door, identity: &Verifier) -> Result<()> {
        let now = clock::now();
        let kept = Duration::from_std(KEPT).unwrap_or(Duration::minutes(20));
        let oldest = now - kept;
        let since = self.locked().until.map_or(oldest, |until| (until - OVERLAP).max(oldest));
        let recent = Entity::find().filter(Column::CreatedAt.gt(since)).order_by_asc(Column::CreatedAt);
        let rows = recent.all(door.read()).await?;
        let news = {
            let mut picture = self.locked();
            picture.until = Some(now);
            let news: Vec<Model> = rows.into_iter().filter(|row| picture.known.insert(row.id)).collect();
            picture.rows.extend(news.iter().cloned());
            if picture.rows.first().is_some_and(|first| first.created_at < oldest) {
                picture.rows.retain(|row| row.created_at >= oldest);
                picture.known = picture.rows.iter().map(|row| row.id).collect();
            }
            news
        };
        for row in &news {
            match (row.epoch, row.session_id) {
                (Some(epoch), _) => identity.revocations.raise(row.user_id, epoch),
                (None, Some(session)) => identity.revocations.end(session),
                (None, None) => {}
            }
        }
        identity.revocations.are_current();
        // A message without content says that nothing has changed. Nobody watching is no error.
        let _watchers = self.changes.send(Arc::new(told(&news, true)));
        Ok(())
    }

    /// Everything of the last minutes, and what follows it.
    pub fn watch(&self) -> (WatchRevocationsResponse, broadcast::Receiver<Arc<WatchRevocationsResponse>>) {
        // Listening begins before the picture is taken: a change may be told twice, but not missed.
        let changes = self.changes.subscribe();
        (told(&self.locked().rows, true), changes)
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Picture> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(rows: &[Model], complete: bool) -> WatchRevocationsResponse {
    let epochs = rows.iter().filter_map(|row| Some((row.user_id, row.epoch?)));
    let epochs = epochs.map(|(user, epoch)| UserEpoch { user_id: user.to_string(), epoch });
    let sessions = rows.iter().filter_map(|row| row.session_id).map(|session| session.to_string());
    WatchRevocationsResponse { epochs: epochs.collect(), session_ids: sessions.collect(), complete }
}
