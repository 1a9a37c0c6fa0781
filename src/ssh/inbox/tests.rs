use super::*;

#[tokio::test]
async fn small_packets_are_joined_and_order_is_kept() {
    let (feed, mut inbox) = inbox();
    for byte in 0..=255u8 {
        assert!(feed.data(&[byte], false));
    }
    assert!(feed.data(b"!", true));
    assert!(feed.event(ChannelEvent::Eof).is_ok());
    feed.close();
    assert_eq!(inbox.next().await, Some(ChannelEvent::Data((0..=255u8).collect::<Vec<_>>().into())));
    assert_eq!(inbox.next().await, Some(ChannelEvent::Errors(Bytes::from_static(b"!"))));
    assert_eq!(inbox.next().await, Some(ChannelEvent::Eof));
    assert_eq!(inbox.next().await, Some(ChannelEvent::Close));
    assert_eq!(inbox.next().await, None);
}

/// trial 13: output before an answer is kept, in its order.
#[tokio::test]
async fn an_answer_is_taken_out_of_turn() {
    let (feed, mut inbox) = inbox();
    feed.data(b"early ", false);
    assert!(feed.event(ChannelEvent::ExitStatus(7)).is_ok());
    assert!(feed.event(ChannelEvent::Answer(true)).is_ok());
    feed.data(b"late", false);
    assert!(feed.event(ChannelEvent::Answer(false)).is_ok());
    assert_eq!(inbox.answer().await, RequestAnswer::Yes);
    assert_eq!(inbox.answer().await, RequestAnswer::No);
    assert!(inbox.has_output());
    assert_eq!(inbox.next().await, Some(ChannelEvent::Data(Bytes::from_static(b"early "))));
    assert_eq!(inbox.next().await, Some(ChannelEvent::ExitStatus(7)));
    assert_eq!(inbox.next().await, Some(ChannelEvent::Data(Bytes::from_static(b"late"))));
    assert!(!inbox.has_output());
    feed.close();
    assert_eq!(inbox.answer().await, RequestAnswer::Never);
}

#[tokio::test]
async fn an_interrupt_is_heard_and_left_where_it_is() {
    let (feed, mut inbox) = inbox();
    feed.data(b"typed ahead", false);
    let early = tokio::time::timeout(std::time::Duration::from_millis(20), inbox.interrupted()).await;
    assert!(early.is_err(), "nobody pressed it");
    feed.data(b"\x03", false);
    inbox.interrupted().await;
    assert_eq!(inbox.next().await, Some(ChannelEvent::Data(Bytes::from_static(b"typed ahead\x03"))));
}

#[test]
fn a_flood_of_requests_is_an_error_and_resizes_replace_each_other() {
    let (feed, _inbox) = inbox();
    let resize = |columns| ChannelEvent::Resize { columns, rows: 1, pixel_width: 0, pixel_height: 0 };
    for columns in 0..10_000 {
        assert!(feed.event(resize(columns)).is_ok());
    }
    let flooded =
        (0..=MAX_REQUESTS).map(|_| feed.event(ChannelEvent::Signal("INT".into()))).any(|r| r.is_err());
    assert!(flooded);
}

/// attack 6: each of these was an item, and neither costs window.
#[tokio::test]
async fn empty_packets_cost_nothing() {
    let (feed, mut inbox) = inbox();
    for turn in 0..10_000 {
        assert!(feed.data(b"", turn % 2 == 0));
    }
    assert!(feed.0.queue().items.is_empty());
    feed.data(b"x", true);
    assert_eq!(inbox.next().await, Some(ChannelEvent::Errors(Bytes::from_static(b"x"))));
}

/// attack 6: output and errors by turns, a byte each, to somebody who does not read.
#[tokio::test]
async fn bytes_by_turns_are_joined_beyond_a_bound_and_none_is_lost() {
    const EACH: usize = 100_000;
    let (feed, mut inbox) = inbox();
    for _ in 0..EACH {
        feed.data(b"o", false);
        feed.data(b"e", true);
    }
    let most = IN_ORDER + 2 * (2 * EACH / JOIN_UP_TO + 2);
    assert!(feed.0.queue().items.len() <= most, "{}", feed.0.queue().items.len());
    assert!(feed.event(ChannelEvent::Eof).is_ok());
    let (mut out, mut errors) = (0, 0);
    loop {
        match inbox.next().await {
            Some(ChannelEvent::Data(bytes)) => out += bytes.len(),
            Some(ChannelEvent::Errors(bytes)) => errors += bytes.len(),
            other => break assert_eq!(other, Some(ChannelEvent::Eof)),
        }
    }
    assert_eq!((out, errors), (EACH, EACH));
}

#[tokio::test]
async fn whoever_does_not_read_knows_of_the_end_and_the_size() {
    let (feed, mut inbox) = inbox();
    let ear = inbox.probe();
    assert!(
        feed.event(ChannelEvent::Resize { columns: 132, rows: 50, pixel_width: 0, pixel_height: 0 }).is_ok()
    );
    assert!(matches!(inbox.next().await, Some(ChannelEvent::Resize { .. })), "somebody else took it");
    let terminal = inbox.as_large(Terminal { term: "xterm".into(), ..Terminal::default() });
    assert_eq!((terminal.columns, terminal.rows, terminal.term.as_str()), (132, 50, "xterm"));
    assert!(ear.is_open());
    assert!(feed.event(ChannelEvent::Eof).is_ok());
    assert!(!ear.is_open());
    let (feed, inbox) = super::inbox();
    let ear = inbox.probe();
    feed.close();
    assert!(!ear.is_open());
}

#[test]
fn an_abandoned_inbox_hands_bytes_back_to_be_credited() {
    let (feed, inbox) = inbox();
    drop(inbox);
    assert!(!feed.data(b"x", false));
}

/// newcomer: a Ctrl-C at a wait for an officer ended the menu behind it, too.
#[tokio::test]
async fn what_interrupted_is_dropped_and_the_rest_stays() {
    let (feed, mut inbox) = inbox();
    assert_eq!(inbox.drop_interrupt(), 0);
    feed.data(b"ab", false);
    assert!(feed.event(ChannelEvent::Signal("INT".into())).is_ok());
    feed.data(b"\x03c\x03d", false);
    inbox.interrupted().await;
    assert_eq!(inbox.drop_interrupt(), 5);
    assert_eq!(inbox.next().await, Some(ChannelEvent::Signal("INT".into())));
    assert_eq!(inbox.next().await, Some(ChannelEvent::Data(Bytes::from_static(b"d"))));
    feed.data(b"\x03", false);
    assert_eq!(inbox.drop_interrupt(), 1);
    drop(feed);
    assert_eq!(inbox.next().await, None);
}
