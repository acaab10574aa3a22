//! Clients that nobody here wrote, against the real emulator.

use super::{Suite, counts, prepare};
use crate::shell;

impl Suite {
    pub(super) fn clients(&mut self) {
        self.python_clients();
    }

    fn python_clients(&mut self) {
        let python = match prepare::python("tests/clients/requirements.txt") {
            Ok(python) => python,
            Err(error) => return self.report.leave_out("clients in Python", &format!("{error:#}")),
        };
        let mut pytest = shell::command(python);
        pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--verbosity=1"]);
        pytest.arg("tests/clients");
        pytest.env("WAYPOST_BIN", shell::waypost("debug")).env("PYTHONDONTWRITEBYTECODE", "1");
        self.report.suite("clients in Python", &mut pytest, counts::pytest);
    }
}
