//! A gzip file (RFC 1952) whose blocks are stored and not compressed (RFC1951-3.2.4): good enough for whoever must not take
//! one for JSON.

/// The largest stored block.
const BLOCK: usize = 0xffff;

/// The file.
pub(super) fn stored(body: &[u8]) -> Vec<u8> {
    // magic, deflate, no flags, no time, no hint, unknown system
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let last = body.len().saturating_sub(1) / BLOCK;
    let blocks = body.chunks(BLOCK).enumerate();
    for (number, block) in blocks {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.push(u8::from(number == last));
        file.extend(length.to_le_bytes());
        file.extend((!length).to_le_bytes());
        file.extend(block);
    }
    if body.is_empty() {
        file.extend([1, 0, 0, 0xff, 0xff]);
    }
    file.extend(crc32(body).to_le_bytes());
    // "This contains the size of the original (uncompressed) input data modulo 2^32." (RFC1952-2.3.1)
    let length = u32::try_from(body.len()).unwrap_or_default();
    file.extend(length.to_le_bytes());
    file
}

fn crc32(body: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !body.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), bit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_long_body_has_several_blocks_of_which_the_last_is_marked() {
        let file = stored(&vec![b'x'; BLOCK + 1]);
        let second = 10 + 5 + BLOCK;
        assert_eq!((file[10], file[second], file.len()), (0, 1, second + 5 + 1 + 8));
    }
}
