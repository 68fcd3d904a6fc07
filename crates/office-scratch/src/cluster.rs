//! A server that is started for a test program and ends with it.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What an acknowledged commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing.
    None,
    /// The end of any process.
    Processes,
    /// Loss of power.
    Full,
}

/// A server of our own.
#[derive(Debug)]
pub(crate) struct Cluster {
    url: String,
    /// The shell that watches over the server. It reads from us until we end, which closes the pipe, however we end.
    _keeper: Child,
}

/// Starts the server, and when its input ends stops it and removes its folder.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$1; shift
"$@" >"$folder/log" 2>&1 &
server=$!
cat >/dev/null
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// How long a server may take to start, in hundredths of a second: a busy machine is slow.
const START: u32 = 6000;

impl Cluster {
    /// A new cluster. An error says why there is none.
    pub(crate) fn start(durability: Durability) -> Result<Self, String> {
        let programs = programs().ok_or(
            "neither is OFFICE_POSTGRES_URL set, nor are `initdb` and `postgres` in /usr/lib/postgresql/*/bin or on the PATH",
        )?;
        // Somebody else may take the port before the server does.
        let attempts = (0..3).map(|_| Self::attempt(&programs, durability));
        let mut why = String::new();
        for attempt in attempts {
            match attempt {
                Ok(cluster) => return Ok(cluster),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    fn attempt(programs: &Path, durability: Durability) -> Result<Self, String> {
        let told = |what: &'static str| move |error: io::Error| format!("{what}: {error}");
        let folder = tempfile::Builder::new().prefix("office-postgres-").tempdir().map_err(told("a folder"))?;
        let user = user_for(folder.path()).map_err(told("a user for the server"))?;
        make(programs, folder.path(), user)?;
        let port = free_port().map_err(told("a free port"))?;
        let mut keeper = keep(programs, folder.path(), user, port, durability).map_err(told("sh"))?;
        if !is_ready(folder.path(), &mut keeper) {
            let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            drop(keeper.stdin.take());
            let _ = keeper.wait();
            return Err(format!("the server of {} does not start: {}", programs.display(), log.trim()));
        }
        // From here on the keeper removes it.
        let _ = folder.keep();
        Ok(Self { url: format!("postgres://office@127.0.0.1:{port}/postgres"), _keeper: keeper })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The folder of the newest `initdb` and `postgres`.
fn programs() -> Option<PathBuf> {
    let has_both = |folder: &PathBuf| folder.join("initdb").exists() && folder.join("postgres").exists();
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = installed.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((version, entry.path().join("bin")))
    });
    let newest = versions.filter(|(version, folder)| *version >= 14 && has_both(folder)).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest.map(|(_, folder)| folder).or_else(|| std::env::split_paths(&path).find(has_both))
}

/// Whom the server runs as: root may not, so somebody who is nobody in particular, and who then owns the folder.
fn user_for(folder: &Path) -> io::Result<Option<(u32, u32)>> {
    if fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |wanted: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next().filter(|name| *name == wanted);
            name?;
            let mut numbers = fields.skip(1).map(|number| number.parse().ok());
            Some((numbers.next()??, numbers.next()??))
        })
    };
    let user: (u32, u32) = find("postgres")
        .or_else(|| find("nobody"))
        .ok_or_else(|| io::Error::other("root may not run it, and there is neither `postgres` nor `nobody`"))?;
    chown(folder, Some(user.0), Some(user.1))?;
    Ok(Some(user))
}

fn command(program: impl AsRef<OsStr>, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

fn make(programs: &Path, folder: &Path, user: Option<(u32, u32)>) -> Result<(), String> {
    let made = command(programs.join("initdb"), folder, user)
        .args(["-D", "data", "-U", "office", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"])
        .stdin(Stdio::null())
        .output();
    match made {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("initdb says: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("initdb: {error}")),
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn keep(
    programs: &Path,
    folder: &Path,
    user: Option<(u32, u32)>,
    port: u16,
    durability: Durability,
) -> io::Result<Child> {
    let mut keeper = command("sh", folder, user);
    keeper.args(["-c", KEEPER, "keeper"]).arg(folder).arg(programs.join("postgres"));
    keeper.args(["-D", "data", "-h", "127.0.0.1", "-k", "", "-p", &port.to_string()]);
    keeper.args(["-c", "max_connections=200"]);
    if durability != Durability::Full {
        keeper.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
    }
    if durability == Durability::None {
        keeper.args(["-c", "synchronous_commit=off"]);
    }
    // Out of our group, so that a key that interrupts the tests leaves it alive to clear up.
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn()
}

/// Whether the server has started: it says so in the last line of its file.
fn is_ready(folder: &Path, keeper: &mut Child) -> bool {
    let (file, log) = (folder.join("data/postmaster.pid"), folder.join("log"));
    let read = |path: &Path| {
        let mut text = String::new();
        fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map(|_| text).unwrap_or_default()
    };
    for _ in 0..START {
        if read(&file).lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return true;
        }
        if read(&log).contains("FATAL") || keeper.try_wait().is_ok_and(|ended| ended.is_some()) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}
