//! Temporary credentials: given by STS, refused when they are over, counted by access key.

use std::collections::BTreeMap;

use sagemaker_simulator::{ApiError, Options, Signature};
use serde_json::{Value, json};

use crate::http_client::{JSON_KEY, authorization, control, send};
use crate::support::{World, at, caller, serve_new};

const ROLE: &str = "arn:aws:iam::210987654321:role/teams/vision/operator";

fn assume() -> Value {
    json!({ "RoleArn": ROLE, "RoleSessionName": "pod-1", "WebIdentityToken": "token" })
}

/// Access key id and session token.
fn keys(answer: &Value) -> (String, String) {
    let text = |member: &str| answer["Credentials"][member].as_str().unwrap().to_owned();
    (text("AccessKeyId"), text("SessionToken"))
}

fn short_lived() -> World {
    World::with(Options { credential_lifetime_seconds: 900, ..Options::default() })
}

/// A call with temporary credentials.
fn signed(
    world: &World,
    keys: (&str, &str),
    operation: &str,
    second: f64,
) -> Result<Value, ApiError> {
    let (access_key, token) = keys;
    let session_token = Some(token);
    let signature = Signature { caller: &world.caller, access_key, session_token };
    world.simulator.handle_signed(signature, operation, &json!({}), at(second)).reply
}

#[test]
fn temporary_credentials_name_their_role_and_session() {
    let world = short_lived();
    for operation in ["AssumeRole", "AssumeRoleWithWebIdentity"] {
        let answer = world.call(operation, &assume(), 0.4).unwrap();
        let (key, token) = keys(&answer);
        assert!(key.starts_with("ASIA") && key.ends_with("210987654321"), "{key}");
        assert_eq!(answer["Credentials"]["Expiration"], "2026-01-01T00:15:00Z");
        let identity = signed(&world, (&key, &token), "GetCallerIdentity", 1.0).unwrap();
        let arn = "arn:aws:sts::210987654321:assumed-role/operator/pod-1";
        assert_eq!(identity["Arn"], arn);
        assert_eq!(answer["AssumedRoleUser"]["Arn"], arn);
        assert_eq!(identity["Account"], "210987654321");
    }
    let user = world.call("GetCallerIdentity", &json!({}), 1.0).unwrap();
    assert_eq!(user["Arn"], "arn:aws:iam::210987654321:user/simulated");
}

#[test]
fn every_assumption_gives_another_key() {
    let world = short_lived();
    let key = || keys(&world.call("AssumeRole", &assume(), 0.0).unwrap()).0;
    assert_ne!(key(), key());
}

#[test]
fn expired_and_garbled_credentials_are_refused() {
    let world = short_lived();
    let (key, token) = keys(&world.call("AssumeRole", &assume(), 0.0).unwrap());
    let (other, _) = keys(&world.call("AssumeRole", &assume(), 0.0).unwrap());
    let code = |keys, operation, second| {
        signed(&world, keys, operation, second).map_or_else(|refusal| refusal.code, |_| "OK")
    };
    for operation in ["ListTrainingJobs", "GetCallerIdentity"] {
        assert_eq!(code((&key, &token), operation, 899.9), "OK");
        assert_eq!(code((&key, &token), operation, 900.0), "ExpiredTokenException");
        assert_eq!(code((&other, &token), operation, 1.0), "UnrecognizedClientException");
        assert_eq!(code(("AKIAREAL", "another issuer's"), operation, 900.0), "OK");
    }
    let no_token = Signature { caller: &world.caller, access_key: &key, session_token: None };
    let answer = world.simulator.handle_signed(no_token, "ListTrainingJobs", &json!({}), at(1.0));
    assert_eq!(answer.reply.unwrap_err().code, "UnrecognizedClientException");
    // A late request is refused like any other.
    let signature =
        Signature { caller: &world.caller, access_key: &key, session_token: Some(&token) };
    let late = world.simulator.execute_signed(signature, "ListTrainingJobs", &json!({}), at(900.0));
    assert_eq!(late.unwrap_err().code, "ExpiredTokenException");
}

#[test]
fn credentials_outlive_a_reset() {
    let world = short_lived();
    let (key, token) = keys(&world.call("AssumeRole", &assume(), 0.0).unwrap());
    world.simulator.reset();
    assert!(signed(&world, (&key, &token), "ListTrainingJobs", 10.0).is_ok());
    let expired = signed(&world, (&key, &token), "ListTrainingJobs", 900.0);
    assert_eq!(expired.unwrap_err().code, "ExpiredTokenException");
}

#[test]
fn requests_for_credentials_are_checked() {
    let world = World::new();
    let with = |member: &str, value: &str| {
        let mut request = assume();
        request[member] = json!(value);
        request
    };
    for request in [
        with("RoleArn", "arn:aws:iam::123:role/short"),
        with("RoleArn", "arn:aws:iam::210987654321:user/nobody"),
        with("RoleArn", ""),
        with("RoleSessionName", "x"),
        with("RoleSessionName", "with:colon"),
        with("WebIdentityToken", ""),
    ] {
        let refusal = world.call("AssumeRoleWithWebIdentity", &request, 0.0).unwrap_err();
        assert_eq!((refusal.code, refusal.status), ("ValidationError", 400), "{request}");
    }
}

#[test]
fn calls_are_counted_by_region_and_access_key() {
    let world = World::new();
    let elsewhere = caller("us-east-1");
    for (caller, access_key, calls) in
        [(&world.caller, "AKIAONE", 2), (&elsewhere, "AKIAONE", 1), (&elsewhere, "AKIATWO", 3)]
    {
        let signature = Signature { caller, access_key, session_token: None };
        for _ in 0..calls {
            let identity = "GetCallerIdentity";
            drop(world.simulator.handle_signed(signature, identity, &json!({}), at(0.0)));
        }
    }
    world.call("AssumeRole", &assume(), 0.0).unwrap();
    let stats = world.simulator.stats();
    let identities = |counts: &BTreeMap<String, BTreeMap<String, u64>>, key: &str| counts[key]["GetCallerIdentity"];
    assert_eq!(identities(&stats.calls_by_access_key, "AKIAONE"), 3);
    assert_eq!(identities(&stats.calls_by_access_key, "AKIATWO"), 3);
    assert_eq!(identities(&stats.calls_by_region, "eu-west-1"), 2);
    assert_eq!(identities(&stats.calls_by_region, "us-east-1"), 4);
    assert_eq!(stats.calls["AssumeRole"]["OK"], 1);
    // A call without a known key is in no sum of keys.
    assert_eq!(stats.calls_by_access_key.len(), 2);
    assert_eq!(world.simulator.calls()[0].access_key, "AKIAONE");
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn a_web_identity_becomes_credentials_without_a_signature() {
    let (server, simulator) = serve_new().await;
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=a.b%2Bc\
                &RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Foperator&RoleSessionName=pod";
    let answer = send(server, "POST /", FORM, form).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    let element = |name: &str| {
        let (_, rest) = answer.body.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert!(answer.body.starts_with("<AssumeRoleWithWebIdentityResponse xmlns="));
    assert!(
        answer.body.contains("<AssumeRoleWithWebIdentityResult><AssumedRoleUser><Arn>arn:aws:")
    );
    let (key, token) = (element("AccessKeyId"), element("SessionToken"));
    let headers = format!(
        "{FORM}X-Amz-Security-Token: {token}\r\n{}",
        authorization(&key, "eu-west-1", "sts")
    );
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    let answer = send(server, "POST /", &headers, identity).await.unwrap();
    let arn = "<Arn>arn:aws:sts::111122223333:assumed-role/operator/pod</Arn>";
    assert!(answer.body.contains(arn), "{}", answer.body);
    let stats = control(server, ("GET", "stats"), "").await.json();
    assert_eq!(stats["callsByAccessKey"][&key]["GetCallerIdentity"], 1);
    assert_eq!(stats["callsByRegion"]["aws-global"]["AssumeRoleWithWebIdentity"], 1);
    assert_eq!(simulator.stats().calls["AssumeRoleWithWebIdentity"]["OK"], 1);
}

#[tokio::test]
async fn each_service_has_its_own_words_for_expired_credentials() {
    let (server, _) = serve_new().await;
    let token = format!("X-Amz-Security-Token: simulator:1:210987654321:r:s:{JSON_KEY}\r\n");
    let headers = format!("{FORM}{token}{}", authorization(JSON_KEY, "eu-west-1", "sts"));
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let refused = send(server, "POST /", &headers, form).await.unwrap();
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("<Code>ExpiredToken</Code>"), "{}", refused.body);
    let headers = format!(
        "X-Amz-Target: SageMaker.ListTrainingJobs\r\n{token}{}",
        authorization(JSON_KEY, "eu-west-1", "sagemaker")
    );
    let refused = send(server, "POST /", &headers, "{}").await.unwrap();
    assert_eq!(
        (refused.status, refused.json()["__type"].clone()),
        (400, json!("ExpiredTokenException"))
    );
    let unsigned =
        send(server, "POST /", FORM, "Action=AssumeRole&Version=2011-06-15").await.unwrap();
    assert!(unsigned.body.contains("<Code>MissingAuthenticationToken</Code>"), "{}", unsigned.body);
    let unknown =
        send(server, "POST /", FORM, "Action=GetFederationToken&Version=2011-06-15").await;
    assert!(unknown.unwrap().body.contains("<Code>InvalidAction</Code>"));
}
