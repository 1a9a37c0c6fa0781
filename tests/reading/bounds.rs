//! Whatever the line: no panic, bounded stack, and soon done.

use std::time::Duration;

use juyong::command::{Place, runs};
use proptest::prelude::*;

const LONGEST: Duration = Duration::from_millis(500);

/// What this thread computed until now. Time on the wall would count what other tests take.
fn computed() -> Duration {
    const TICKS: u64 = 100; // a second, on every Linux
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, after_name) = stat.rsplit_once(") ").unwrap();
    let user: u64 = after_name.split(' ').nth(11).unwrap().parse().unwrap();
    Duration::from_millis(user * 1000 / TICKS)
}

/// In a thread with a small stack. The best of some tries.
fn read_soon(line: &str) {
    let line = line.to_owned();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let time = |_| {
            let before = computed();
            let _ = (runs(&line, Place::Terminal), runs(&line, Place::Exec));
            computed() - before
        };
        let best = (0..3).map(time).min().unwrap_or_default();
        assert!(best < LONGEST, "{} bytes took {best:?}: {line:.80}", line.len());
    });
    thread.unwrap().join().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(line in any::<String>()) {
        read_soon(&line);
    }

    #[test]
    fn any_text_of_the_shells_signs_is_read(line in "[ a0'\"\\\\$`(){};&|<>\n#~*?!=,.\\[\\]-]{0,400}") {
        read_soon(&line);
    }

    #[test]
    fn any_construct_repeated_is_read(
        part in prop_oneof![
            "[ a'\"\\\\$`(){};&|<>\n#~*?!=,.\\[\\]-]{1,6}",
            proptest::sample::select(vec![
                "$(", "`", "${", "$((", "((", "(", "{ ", "if ", "case x in ", "{a,", "{a,b}", "<(", "<<E ", "@(",
                "sh -c '", "f() ", "! ", "time ", "[[ ", "$'", "\"$(", "a=(", "for i in ", "coproc ", "sudo ", "x\n",
                "eval ", "find -exec ", "xargs ", "env ", "a;", "a|", "{1..9}", "<<<", "[", "sudo sh -c \"", "\\\n", "$[",
                "x=$(", "{a,{", "rm $x ", "rm */ ", "mysql -e ",
            ]).prop_map(str::to_owned),
        ],
    ) {
        read_soon(&part.repeat(4096 / part.len()));
    }
}

#[test]
fn what_once_took_long_is_read() {
    let found = "(((((((([$((((((([$(((((((($((((((([$((([$(((((((([$((((((($((((((([$(((((((";
    read_soon(found);
    for part in ["((([$", "(([$((", "docker exec ", "docker exec a -- "] {
        read_soon(&part.repeat(4096 / part.len()));
    }
}
