//! The quick-start page of the emulator, run as it stands.

use super::{Suite, counts, prepare};
use crate::shell;

/// Programs that the page speaks to, and the Debian packages they come in.
const LANGUAGES: [(&str, &[&str]); 3] =
    [("php", &["php-cli", "php-curl"]), ("go", &["golang-go"]), ("curl", &["curl"])];

impl Suite {
    /// A language that isn't there and can't be installed is left out, and said so.
    pub(super) fn quick_start(&mut self) {
        let python = match prepare::python("tests/quickstart/requirements.txt") {
            Ok(python) => python,
            Err(error) => return self.report.leave_out("the quick-start page", &format!("{error:#}")),
        };
        let missing = || LANGUAGES.iter().filter(|(program, _)| shell::find(program).is_none());
        let packages: Vec<&str> = missing().flat_map(|(_, packages)| packages.iter().copied()).collect();
        prepare::debian(&packages);
        for (program, packages) in missing() {
            let why = format!("{program} is missing (Debian: apt-get install {})", packages.join(" "));
            self.report.leave_out(&format!("the quick-start page: {program}"), &why);
        }
        let mut pytest = shell::command(python);
        pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--verbosity=1"]);
        pytest.arg("tests/quickstart");
        pytest.env("WAYPOST_BIN", shell::waypost("debug")).env("PYTHONDONTWRITEBYTECODE", "1");
        self.report.suite("the quick-start page", &mut pytest, counts::pytest);
    }
}
