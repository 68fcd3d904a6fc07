//! A cluster of servers that take over from each other, started for a test program by `scripts/cluster.sh`.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Three servers of which one writes and one confirms each commit. They stop, and their folder goes, when this program ends.
///
/// # Example
/// ```no_run
/// use office_scratch::Replicated;
///
/// if let Some(cluster) = Replicated::find() {
///     assert!(cluster.url().contains("target_session_attrs=read-write"));
/// }
/// ```
#[derive(Debug)]
pub struct Replicated {
    folder: PathBuf,
    port: u16,
    url: String,
    failovers: u32,
    /// The shell that reads from us until we end, however we end, and then takes the cluster down.
    _keeper: Child,
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/cluster.sh");

const KEEPER: &str = r#"trap '' INT TERM HUP; cat >/dev/null; exec "$1" down"#;

/// How many ports one after the other the script takes.
const PORTS: u16 = 12;

impl Replicated {
    /// A cluster, if `OFFICE_FAILOVERS` says how often the server that writes is to be killed; otherwise none, which is
    /// said on standard error, as is what is missing on this machine.
    ///
    /// # Panics
    /// Where it does not start, and where something is missing although `OFFICE_POSTGRES_REQUIRED` is set.
    #[must_use]
    #[expect(clippy::panic, reason = "a test that has a cluster and cannot start it has failed")]
    pub fn find() -> Option<Self> {
        let wanted =
            std::env::var("OFFICE_FAILOVERS").ok().and_then(|text| text.parse().ok()).filter(|kills| *kills > 0);
        let Some(failovers) = wanted else {
            crate::scratch::say(
                "LEFT OUT: tests on a replicated cluster, because OFFICE_FAILOVERS does not say how many",
            );
            return None;
        };
        let missing = ["etcd", "patroni", "ps", "bash"].into_iter().find(|program| !is_there(program));
        if let Some(program) = missing {
            let why = format!("`{program}` is missing: the packages etcd-server, patroni and procps are wanted");
            assert!(std::env::var_os("OFFICE_POSTGRES_REQUIRED").is_none(), "no cluster for the tests: {why}");
            crate::scratch::say(&format!("LEFT OUT: tests on a replicated cluster, because {why}"));
            return None;
        }
        Some(Self::start(failovers).unwrap_or_else(|why| panic!("the cluster does not start: {why}")))
    }

    fn start(failovers: u32) -> Result<Self, String> {
        let port = free_ports().ok_or("there are not enough free ports")?;
        let folder = std::env::temp_dir().join(format!("office-cluster-{}", std::process::id()));
        // Out of our group, so that a key that interrupts the tests leaves it alive to clear up.
        let keeper = script(&folder, port, "sh")
            .args(["-c", KEEPER, "keeper", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut cluster = Self { folder, port, url: String::new(), failovers, _keeper: keeper };
        cluster.run("up")?;
        cluster.url = cluster.run("url")?;
        Ok(cluster)
    }

    /// The address of all servers, for a program that wants the one that writes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often `OFFICE_FAILOVERS` wants the server that writes to be killed.
    #[must_use]
    pub const fn failovers(&self) -> u32 {
        self.failovers
    }

    /// What `scripts/cluster.sh` answers when it is asked to do this.
    ///
    /// # Errors
    /// What it complains of.
    pub fn run(&self, action: &str) -> Result<String, String> {
        let output = script(&self.folder, self.port, SCRIPT).arg(action).output().map_err(|error| error.to_string())?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr)) }
    }
}

fn script(folder: &Path, port: u16, program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("OFFICE_CLUSTER_DIR", folder).env("OFFICE_CLUSTER_PORT", port.to_string()).stdin(Stdio::null());
    command
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}

/// The first of so many free ports, below those that the system gives to anybody.
fn free_ports() -> Option<u16> {
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
    let firsts = (12_000_u16..30_000).step_by(usize::from(PORTS));
    firsts.into_iter().find(|first| (*first..first.saturating_add(PORTS)).all(is_free))
}
