//! [`shrink`]: a list that fails, cut down to a short one that fails.

/// What came of a shorter list.
pub(crate) enum Verdict {
    /// It fails in the same way, once so many of its elements were played.
    Fails(usize),
    /// It doesn't.
    Passes,
    /// No more attempts.
    Stop,
}

/// Takes halves out of `list`, then quarters, and so on, as long as what is left fails; single elements again and again
/// until none can be spared. What follows the failing element goes anyway. `attempt` plays a list.
///
/// # Errors
/// Those of `attempt`.
pub(crate) fn shrink<T: Clone, E>(
    list: &[T],
    mut attempt: impl FnMut(&[T]) -> Result<Verdict, E>,
) -> Result<Vec<T>, E> {
    let mut kept = list.to_vec();
    let mut chunk = kept.len().div_ceil(2);
    while chunk > 0 {
        let (mut from, mut shrunk) = (0, false);
        while from < kept.len() {
            let end = (from + chunk).min(kept.len());
            let rest = [&kept[..from], &kept[end..]].concat();
            match attempt(&rest)? {
                Verdict::Fails(played) => {
                    kept = rest;
                    kept.truncate(played);
                    shrunk = true;
                }
                Verdict::Passes => from = end,
                Verdict::Stop => return Ok(kept),
            }
        }
        chunk = match chunk {
            1 if !shrunk => 0,
            _ => (chunk / 2).max(1),
        };
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// Fails once both are there, in this order.
    fn attempt(list: &[u32], (first, second): (u32, u32)) -> Verdict {
        let mut places = list.iter();
        let found = places.any(|n| *n == first) && places.any(|n| *n == second);
        match found {
            true => Verdict::Fails(list.len() - places.len()),
            false => Verdict::Passes,
        }
    }

    #[test]
    fn two_of_a_thousand_are_left() {
        let list: Vec<u32> = (0..1000).collect();
        for pair in [(0, 1), (0, 999), (331, 700), (998, 999)] {
            let kept = shrink(&list, |list| Ok::<_, Infallible>(attempt(list, pair)));
            assert_eq!(kept.unwrap(), [pair.0, pair.1]);
        }
    }

    #[test]
    fn it_stops_when_it_is_told() {
        let list: Vec<u32> = (0..1000).collect();
        let mut left = 3;
        let kept = shrink(&list, |list| {
            left -= 1;
            Ok::<_, Infallible>(match left {
                0 => Verdict::Stop,
                _ => attempt(list, (0, 1)),
            })
        });
        assert_eq!(kept.unwrap(), [0, 1], "the failing element is the second");
        let kept = shrink(&list, |_| Ok::<_, Infallible>(Verdict::Stop));
        assert_eq!(kept.unwrap(), list);
    }
}
