use crate::{
    home::TestDb,
    shop::{Shop, at},
};
use model::{
    id::MediaId,
    media::{Media, MediaState},
};
use store::media;

on_both! {
    a_file_is_kept_with_all_that_is_known_of_it
    a_fetched_file_knows_its_size
    an_upload_to_meta_is_remembered_for_as_long_as_meta_keeps_it
    another_organizations_file_is_not_found
}

fn file(shop: Shop, k: u128) -> Media {
    Media {
        id: MediaId(shop.id(k)),
        state: MediaState::Pending,
        mime_type: "application/pdf".into(),
        filename: Some("Año.pdf".into()),
        size: None,
        meta_media_id: Some("555".into()),
        created_at: at(4),
    }
}

async fn add(db: &TestDb, shop: Shop, file: Media) -> MediaId {
    let id = file.id;
    db.write(move |w| media::insert(w, shop.org, &file)).await;
    id
}

async fn get(db: &TestDb, shop: Shop, id: MediaId) -> Option<Media> {
    db.read(move |r| media::get(r, shop.org, id)).await
}

async fn a_file_is_kept_with_all_that_is_known_of_it(db: TestDb) {
    let shop = db.shop(1).await;
    let bare = Media {
        id: MediaId(shop.id(2)),
        filename: None,
        size: Some(9),
        meta_media_id: None,
        ..file(shop, 2)
    };
    for file in [file(shop, 1), bare] {
        let id = add(&db, shop, file.clone()).await;
        assert_eq!(get(&db, shop, id).await, Some(file));
    }
    assert_eq!(get(&db, shop, MediaId(shop.id(3))).await, None);
}

async fn a_fetched_file_knows_its_size(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, file(shop, 1)).await;
    db.write(move |w| media::set_state(w, shop.org, id, MediaState::Ready, Some(5_000_000_000))).await;
    let kept = get(&db, shop, id).await.unwrap();
    assert_eq!((kept.state, kept.size), (MediaState::Ready, Some(5_000_000_000)));
    db.write(move |w| media::set_state(w, shop.org, id, MediaState::Failed, None)).await;
    let kept = get(&db, shop, id).await.unwrap();
    assert_eq!((kept.state, kept.size), (MediaState::Failed, Some(5_000_000_000)));
}

async fn an_upload_to_meta_is_remembered_for_as_long_as_meta_keeps_it(db: TestDb) {
    let shop = db.shop(1).await;
    let id = add(&db, shop, file(shop, 1)).await;
    let uploaded = async |since| db.read(move |r| media::uploaded(r, shop.org, id, at(since))).await;
    assert_eq!(uploaded(0).await, None, "an id that Meta gave for an inbound file is no upload of ours");
    db.write(move |w| media::set_uploaded(w, shop.org, id, "777", at(100))).await;
    assert_eq!(uploaded(100).await.as_deref(), Some("777"));
    assert_eq!(uploaded(101).await, None);
    assert_eq!(get(&db, shop, id).await.unwrap().meta_media_id.as_deref(), Some("777"));
}

async fn another_organizations_file_is_not_found(db: TestDb) {
    let (ours, theirs) = (db.shop(1).await, db.shop(2).await);
    let id = add(&db, ours, file(ours, 1)).await;
    let org = theirs.org;
    assert_eq!(get(&db, theirs, id).await, None);
    db.write(move |w| media::set_state(w, org, id, MediaState::Failed, Some(1))).await;
    db.write(move |w| media::set_uploaded(w, org, id, "777", at(100))).await;
    assert_eq!(get(&db, ours, id).await, Some(file(ours, 1)));
    db.write(move |w| media::set_uploaded(w, ours.org, id, "777", at(100))).await;
    assert_eq!(db.read(move |r| media::uploaded(r, org, id, at(0))).await, None);
}
