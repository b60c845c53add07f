//! Names of training jobs can never change between releases: these five are fixed.

use proptest::prelude::*;
use spot_training_operator::domain::job::name::job_name;

use crate::support::random::check;

#[test]
fn five_names_never_change() {
    let uid = "6f1d7c1e-8f1a-4a62-9a8e-0d4a5a1c2b3d";
    let long = "a-very-long-name.with.dots-and-more-than-sixty-three-characters-in-all";
    let names = [
        job_name("vision", "resnet50", uid, 1),
        job_name("vision", "resnet50", uid, 2),
        job_name("default", "quickstart", "00000000-0000-0000-0000-000000000000", 1),
        job_name("team", long, uid, 1_234_567_890),
        job_name("team", "a.b.c", uid, 12),
    ];
    assert_eq!(
        names,
        [
            "vision-resnet50-stj-y5dmbcbmvd-1",
            "vision-resnet50-stj-y5dmbcbmvd-2",
            "default-quickstart-stj-ck4to7f6pz-1",
            "team-a-very-long-name-with-dots-and-m-stj-y5dmbcbmvd-1234567890",
            "team-a-b-c-stj-y5dmbcbmvd-12",
        ]
    );
}

#[test]
fn a_name_is_valid_for_sagemaker_whatever_the_object_is_called() {
    let pattern = regex::Regex::new("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$").unwrap();
    for namespace in ["a", "0", &"n".repeat(63)] {
        for name in ["x", "1.2", "a--b", &"y.".repeat(126)] {
            for number in [1, u32::MAX] {
                let name = job_name(namespace, name, "uid", number);
                assert!(pattern.is_match(&name), "{name}");
                assert!(name.len() <= 63, "{name}");
            }
        }
    }
}

/// Legal names of namespaces (DNS labels) and objects (DNS subdomains of at most 253 characters).
fn objects() -> impl Strategy<Value = (String, String, String)> {
    let label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    let subdomain = prop::collection::vec(label, 1..6).prop_map(|labels| {
        let name: String = labels.join(".").chars().take(253).collect();
        name.trim_end_matches(['-', '.']).to_owned()
    });
    (label, subdomain, "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}")
}

#[test]
fn jobs_of_any_two_objects_and_attempts_have_names_of_their_own() {
    let pattern = regex::Regex::new("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$").unwrap();
    let pairs = (objects(), "[0-9a-f]{12}", 1..u32::MAX, 1..u32::MAX);
    check("names", 3000, &pairs, |((namespace, name, uid), tail, one, other)| {
        let first = job_name(&namespace, &name, &uid, one);
        prop_assert!(pattern.is_match(&first), "{first}");
        prop_assert!(first.contains("-stj-"), "{first}");
        // The same names under another UID: an object that was deleted and applied again.
        let uid_of_next = format!("{}{tail}", &uid[..uid.len() - 12]);
        if uid_of_next != uid {
            prop_assert_ne!(&first, &job_name(&namespace, &name, &uid_of_next, one));
        }
        if one != other {
            prop_assert_ne!(&first, &job_name(&namespace, &name, &uid, other));
        }
        Ok(())
    });
}
