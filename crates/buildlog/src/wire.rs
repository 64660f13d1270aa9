//! Protocol Buffers' wire format, as far as build records need it (protobuf.dev, "Encoding").

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    /// Wire types 0, 1 and 5.
    Number(u64),
    /// Wire type 2: text, bytes or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message in order, up to the first that is damaged.
pub(crate) fn fields(mut message: &[u8]) -> impl Iterator<Item = (u64, Field<'_>)> {
    std::iter::from_fn(move || {
        let key = varint(&mut message)?;
        let value = match key & 7 {
            0 => Field::Number(varint(&mut message)?),
            1 => Field::Number(u64::from_le_bytes(take(&mut message, 8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(varint(&mut message)?).ok()?;
                Field::Bytes(take(&mut message, length)?)
            }
            5 => Field::Number(u64::from(u32::from_le_bytes(take(&mut message, 4)?.try_into().ok()?))),
            _ => return None,
        };
        Some((key >> 3, value))
    })
}

fn take<'a>(message: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = message.split_at_checked(length)?;
    *message = rest;
    Some(head)
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(message, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_apart_and_damage_ends_them() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1a, 0x7f];
        assert_eq!(fields(&message).collect::<Vec<_>>(), [(1, Field::Number(150)), (2, Field::Bytes(b"hi"))]);
        assert_eq!(fields(&[0xff; 12]).count(), 0);
    }
}
