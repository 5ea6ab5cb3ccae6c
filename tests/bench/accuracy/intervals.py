"""Sets of moments: sorted lists of disjoint half-open intervals (begin, end), in seconds."""


def normal(intervals):
    """The same moments, in order, without overlap and without empty parts."""
    merged = []
    for begin, end in sorted(intervals):
        if end <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def both(first, second):
    """The moments that are in both (of normal sets)."""
    return normal((max(a, c), min(b, d)) for a, b in first for c, d in second)


def without(first, second):
    """The moments of the first that are not in the second (of normal sets)."""
    left = list(first)
    for begin, end in second:
        left = [part for a, b in left for part in ((a, min(b, begin)), (max(a, end), b)) if part[0] < part[1]]
    return normal(left)


def length(intervals):
    return sum(end - begin for begin, end in intervals)
