//! The kinds that are served, and which of them a URL names.

/// A kind of object.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) name: &'static str,
    /// A custom resource: has a schema, a generation and a status of its own.
    pub(crate) custom: bool,
}

/// The kind of the operator's own objects.
pub(crate) static JOBS: Kind = Kind {
    group: "spottraining.dev",
    version: "v1alpha1",
    plural: "spottrainingjobs",
    name: "SpotTrainingJob",
    custom: true,
};

static KINDS: [&Kind; 2] = [
    &JOBS,
    &Kind { group: "events.k8s.io", version: "v1", plural: "events", name: "Event", custom: false },
];

impl Kind {
    pub(crate) fn api_version(&self) -> String {
        format!("{}/{}", self.group, self.version)
    }
}

/// An object's place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) plural: &'static str,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    /// The place of a `SpotTrainingJob`.
    pub(crate) fn job(namespace: &str, name: &str) -> Self {
        Self { plural: JOBS.plural, namespace: namespace.to_owned(), name: name.to_owned() }
    }
}

/// What a URL names.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) kind: &'static Kind,
    pub(crate) namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) status: bool,
}

impl Target {
    /// Reads `/apis/{group}/{version}[/namespaces/{namespace}]/{plural}[/{name}[/status]]`.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let parts: Vec<_> = path.trim_matches('/').split('/').collect();
        let (["apis", group, version], rest) = parts.split_at_checked(3)? else { return None };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] => (Some((*namespace).to_owned()), rest),
            rest => (None, rest),
        };
        let (plural, name, status) = match rest {
            [plural] => (plural, None, false),
            [plural, name] => (plural, Some((*name).to_owned()), false),
            [plural, name, "status"] => (plural, Some((*name).to_owned()), true),
            _ => return None,
        };
        let kind = KINDS
            .into_iter()
            .find(|kind| (kind.group, kind.version, kind.plural) == (*group, *version, *plural))?;
        (!status || kind.custom).then_some(Self { kind, namespace, name, status })
    }

    /// `SpotTrainingJob`s of a namespace, or one of them.
    pub(crate) fn job(namespace: &str, name: Option<&str>) -> Self {
        let (namespace, name) = (Some(namespace.to_owned()), name.map(str::to_owned));
        Self { kind: &JOBS, namespace, name, status: false }
    }

    /// The one object that is meant.
    pub(crate) fn key(&self) -> Option<Key> {
        let namespace = self.namespace.clone()?;
        Some(Key { plural: self.kind.plural, namespace, name: self.name.clone()? })
    }
}
