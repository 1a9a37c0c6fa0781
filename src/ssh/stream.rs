//! A channel as a byte stream, for the SSH connection that runs inside one (`ssh -J`).

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::{Channel, ChannelEvent};

/// Bytes under way between the two connections, beyond the channel's own window.
const BUFFER: usize = 64 * 1024;

/// Turns a channel into a stream, and the work that keeps it going: whoever polls the work owns its end.
pub fn duplex(channel: Channel) -> (DuplexStream, impl Future<Output = ()> + Send) {
    let (inside, outside) = tokio::io::duplex(BUFFER);
    (inside, carry(channel, outside))
}

async fn carry(channel: Channel, stream: DuplexStream) {
    let Channel { mut inbox, outlet } = channel;
    let (mut from_inside, mut to_inside) = tokio::io::split(stream);
    let inward = async {
        while let Some(event) = inbox.next().await {
            match event {
                ChannelEvent::Data(bytes) => {
                    let taken = to_inside.write_all(&bytes).await.is_ok();
                    if !taken || outlet.credit(bytes.len()).await.is_err() {
                        break;
                    }
                }
                ChannelEvent::Eof | ChannelEvent::Close => break,
                _ => {}
            }
        }
        let _ = to_inside.shutdown().await; // the inner connection may have ended first
    };
    let outward = async {
        let mut buffer = vec![0; 32 * 1024];
        while let Ok(n @ 1..) = from_inside.read(&mut buffer).await {
            let Some(bytes) = buffer.get(..n) else { break };
            if outlet.data(bytes.to_vec().into()).await.is_err() {
                break;
            }
        }
        let _ = outlet.eof().await; // and so may the outer one
        let _ = outlet.close().await;
    };
    tokio::join!(inward, outward);
}
