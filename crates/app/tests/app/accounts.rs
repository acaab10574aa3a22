use app::{Caller, Error, NewPhoneNumber, NewUser, SetUp, Who};
use model::{account::Role, page::PageRequest};
use std::time::Duration;
use testkit::{World, on_both};

fn luis() -> NewUser {
    NewUser {
        name: "Luis".into(),
        email: "Luis@Example.test".into(),
        password: "a long password".into(),
        role: Role::Agent,
    }
}

on_both! {
    async fn set_up_happens_once_and_with_the_printed_token(database) {
        let w = World::new(database).await;
        let setup = |token: &str| SetUp {
            token: token.into(), organization_name: "Other".into(), name: "Eve".into(),
            email: "eve@example.test".into(), password: "a long password".into(),
        };
        assert!(!w.app.setup_needed().await.unwrap());
        let refused = |result: app::Result<app::NewSession>| result.err().unwrap();
        assert!(matches!(refused(w.app.setup(setup("guess")).await), Error::Invalid { field, .. } if field == "token"));
        assert!(matches!(refused(w.app.setup(setup(w.app.setup_token())).await), Error::Conflict(_)));
    }

    async fn people_sign_in_and_out(database) {
        let mut w = World::new(database).await;
        w.app.add_user(&w.caller, luis()).await.unwrap();
        assert!(matches!(w.app.add_user(&w.caller, luis()).await, Err(Error::Conflict(_))));
        assert_eq!(w.app.sign_in("luis@example.test", "wrong password").await.err(), Some(Error::Unauthenticated));
        assert_eq!(w.app.sign_in("nobody@example.test", "wrong password").await.err(), Some(Error::Unauthenticated));
        let session = w.app.sign_in(" LUIS@example.test ", "a long password").await.unwrap();
        let known = w.app.session(&session.token).await.unwrap().unwrap();
        assert_eq!((known.user.name.as_str(), known.csrf_token.as_str()), ("Luis", session.signed_in.csrf_token.as_str()));
        w.app.sign_out(&session.token).await.unwrap();
        assert_eq!(w.app.session(&session.token).await.unwrap(), None);

        let session = w.app.sign_in("luis@example.test", "a long password").await.unwrap();
        w.advance(Duration::from_secs(15 * 24 * 3600));
        assert_eq!(w.app.session(&session.token).await.unwrap(), None, "two weeks are over");
        w.leave_undone();
    }

    async fn agents_are_no_administrators(database) {
        let w = World::new(database).await;
        let user = w.app.add_user(&w.caller, luis()).await.unwrap();
        let caller = Caller { who: Who::Agent { id: user.id, name: user.name, role: user.role }, ..w.caller.clone() };
        assert_eq!(w.app.create_api_key(&caller, "x").await.err(), Some(Error::Forbidden));
        assert_eq!(w.app.add_user(&caller, luis()).await.err(), Some(Error::Forbidden));
        let number = w.app.connect_phone_number(&caller, testkit::published_number()).await;
        assert_eq!(number.err(), Some(Error::Forbidden));
    }

    async fn a_key_opens_until_it_is_revoked(database) {
        let w = World::new(database).await;
        let (key, secret) = w.app.create_api_key(&w.caller, "shop").await.unwrap();
        assert!(secret.starts_with(&key.hint));
        let (owner, organization) = w.app.api_key_owner(&secret).await.unwrap().unwrap();
        assert_eq!((owner.id, organization.id), (key.id, w.org()));
        w.app.revoke_api_key(&w.caller, key.id).await.unwrap();
        assert_eq!(w.app.api_key_owner(&secret).await.unwrap(), None);
        assert_eq!(w.app.revoke_api_key(&w.caller, key.id).await, Err(Error::NotFound));
        let keys = w.app.api_keys(w.org(), PageRequest::default()).await.unwrap();
        assert!(keys.data[0].revoked_at.is_some());
    }

    async fn weak_passwords_and_wrong_addresses_name_their_field(database) {
        let w = World::new(database).await;
        let field = |new: NewUser| {
            let (app, caller) = (w.app.clone(), w.caller.clone());
            async move {
                match app.add_user(&caller, new).await {
                    Err(Error::Invalid { field, .. }) => field,
                    other => panic!("{other:?}"),
                }
            }
        };
        assert_eq!(field(NewUser { password: "short".into(), ..luis() }).await, "password");
        assert_eq!(field(NewUser { password: "x".repeat(257), ..luis() }).await, "password");
        assert_eq!(field(NewUser { email: "luis".into(), ..luis() }).await, "email");
        assert_eq!(field(NewUser { name: " ".into(), ..luis() }).await, "name");
    }

    async fn one_app_of_metas_cannot_be_shared_or_broken_by_a_second_number(database) {
        let mut w = World::new(database).await;
        let second = || NewPhoneNumber { phone_number_id: "600000000000002".into(), ..testkit::published_number() };
        let mistyped = NewPhoneNumber { app_secret: "mistyped".into(), ..second() };
        let refused = w.app.connect_phone_number(&w.caller, mistyped).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { ref field, .. } if field == "app_secret"), "{refused:?}");
        let other = Caller { organization: model::id::OrganizationId(uuid::Uuid::from_u128(1)), ..w.caller.clone() };
        let refused = w.app.connect_phone_number(&other, second()).await.unwrap_err();
        assert!(matches!(refused, Error::Conflict(_)), "{refused:?}");
        let number = w.app.connect_phone_number(&w.caller, second()).await.unwrap();
        assert_eq!(w.app.phone_number_by_meta_id(w.org(), "600000000000002").await.unwrap().id, number.id);
        assert_eq!(w.app.phone_number_by_meta_id(other.organization, "600000000000002").await, Err(Error::NotFound));
        w.leave_undone();
    }
}
