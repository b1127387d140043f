"""The tree of a scope against Certificate Transparency's published vectors, and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.proof.tree import (
    EMPTY_ROOT,
    Frontier,
    MemoryTree,
    Subtrees,
    consistency_proof,
    inclusion_proof,
    inclusion_proofs,
    leaf_hash,
    node_hash,
    peaks_in,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from sync.protocol.errors import ReaderError

# Leaves, roots and proofs of google/certificate-transparency's merkle_tree_test.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = [
    (0, 1, []),
    (0, 8, [L1, N23, N47]),
    (5, 8, [L4, N67, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], N23, L4]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [L1, N23, N47]),
    (6, 8, [N45, N67, ROOTS[3]]),
    (2, 5, [N23, L4]),
]

TREE = MemoryTree([leaf_hash(leaf) for leaf in LEAVES])


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    assert root_at(TREE.node, size).hex() == ROOTS[size - 1]
    assert (
        MemoryTree([leaf_hash(leaf) for leaf in LEAVES[:size]]).frontier.root().hex()
        == (ROOTS[size - 1])
    )


def test_the_root_of_nothing():
    assert Frontier().root() == root_at(TREE.node, 0) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_published_inclusion_proofs(index, size, path):
    steps = [bytes.fromhex(step) for step in path]
    assert inclusion_proof(TREE.node, index, size) == steps
    root = bytes.fromhex(ROOTS[size - 1])
    assert verify_inclusion(leaf_hash(LEAVES[index]), index, size, steps, root)


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_published_consistency_proofs(first, second, path):
    steps = [bytes.fromhex(step) for step in path]
    assert consistency_proof(TREE.node, first, second) == steps
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in (first, second)]
    assert verify_consistency(first, second, *roots, steps)


def grown(count: int, seed: int = 0) -> MemoryTree:
    return MemoryTree([leaf_hash(bytes([seed, at % 256, at // 256])) for at in range(count)])


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(plain_root(leaves[:half]), plain_root(leaves[half:]))


@given(st.lists(st.binary(max_size=8), max_size=80))
def test_the_frontier_gives_the_root_of_the_definition(leaves):
    hashes = [leaf_hash(leaf) for leaf in leaves]
    frontier = Frontier()
    for one in hashes:
        frontier = frontier.append(one)
    assert frontier.root() == plain_root(hashes)
    assert len(frontier.peaks) == frontier.size.bit_count()
    assert Frontier.unpack(frontier.pack()) == frontier


@given(st.integers(1, 300), st.data())
def test_every_leaf_is_proven_and_nothing_else(size, data):
    index = data.draw(st.integers(0, size - 1))
    tree = grown(size)
    path, root = inclusion_proof(tree.node, index, size), tree.frontier.root()
    leaf = tree.node(0, index)
    assert verify_inclusion(leaf, index, size, path, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root)
    assert not verify_inclusion(leaf, index, size, [*path, root], root)
    assert not verify_inclusion(leaf, size, size, path, root)
    assert not verify_inclusion(leaf, -1, size, path, root)
    if path:
        assert not verify_inclusion(leaf, index, size, path[:-1], root)
        assert not verify_inclusion(leaf, index, size, [root, *path[1:]], root)
        assert not verify_inclusion(leaf, index ^ 1, size, path, root)


@given(st.integers(1, 300), st.data())
def test_paths_made_together_are_those_made_alone(size, data):
    indices = data.draw(st.lists(st.integers(0, size - 1), max_size=40))
    tree = grown(size)
    together = list(inclusion_proofs(tree.node, indices, size))
    assert together == [inclusion_proof(tree.node, index, size) for index in indices]


@given(st.integers(0, 300), st.integers(0, 100))
def test_a_frontier_and_what_was_appended_prove_what_was_appended(before, count):
    tree, known = grown(before), {}
    for node in tree.frontier.nodes():
        assert node.hash == tree.node(node.level, node.index)
        known[node.level, node.index] = node.hash
    frontier = tree.frontier
    for each in range(count):
        frontier, nodes = frontier.append_nodes(leaf_hash(b"new %d" % each))
        known.update({(node.level, node.index): node.hash for node in nodes})
    new = range(before, before + count)
    for index, path in zip(
        new, inclusion_proofs(lambda *at: known[at], new, frontier.size), strict=True
    ):
        leaf = known[0, index]
        assert verify_inclusion(leaf, index, frontier.size, path, frontier.root())


@given(st.integers(0, 300), st.integers(0, 300), st.data())
def test_growth_is_proven_and_nothing_else(one, two, data):
    first, second = sorted((one, two))
    tree = grown(second)
    old, new = root_at(tree.node, first), tree.frontier.root()
    path = consistency_proof(tree.node, first, second)
    assert verify_consistency(first, second, old, new, path)
    assert not verify_consistency(first, second, old, new, [*path, old])
    if second > first > 0:
        other = grown(second, seed=1)
        assert not verify_consistency(first, second, old, other.frontier.root(), path)
        forged = consistency_proof(other.node, first, second)
        assert not verify_consistency(first, second, old, other.frontier.root(), forged)
        assert not verify_consistency(first, second, old, new, [])
        assert not verify_consistency(second, first, new, old, path)
        at = data.draw(st.integers(0, len(path) - 1))
        assert not verify_consistency(first, second, old, new, path[:at] + path[at + 1 :])


def test_two_roots_of_one_size_are_two_histories():
    assert not verify_consistency(5, 5, grown(5).frontier.root(), grown(5, 1).frontier.root(), [])
    assert not verify_consistency(0, 5, b"\0" * 32, grown(5).frontier.root(), [])


def test_an_append_names_each_subtree_it_completes_once():
    seen = {}
    frontier = Frontier()
    for at in range(64):
        frontier, nodes = frontier.append_nodes(leaf_hash(bytes([at])))
        for node in nodes:
            assert (node.level, node.index) not in seen
            seen[node.level, node.index] = node.hash
    assert len(seen) == 127
    assert seen[6, 0] == frontier.root()


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\3" + b"x" * 32])
def test_bytes_that_are_no_frontier_are_refused(data):
    with pytest.raises(ReaderError, match=r"reader\.members"):
        Frontier.unpack(data)


def test_proofs_of_what_is_not_there_are_a_defect():
    with pytest.raises(ValueError, match="8"):
        inclusion_proof(TREE.node, 8, 8)
    with pytest.raises(ValueError, match="9"):
        consistency_proof(TREE.node, 9, 8)


@given(st.lists(st.integers(0, 90), min_size=3, max_size=3).map(sorted))
def test_lines_and_the_subtrees_after_them_make_the_whole_tree(sizes):
    start, middle, end = sizes
    whole = [leaf_hash(bytes([at])) for at in range(end)]
    frontier = MemoryTree(whole[:start]).frontier
    for leaf in whole[start:middle]:
        frontier = frontier.append(leaf)
    tail = Subtrees(whole[start:], start).roots(middle)
    assert frontier.extend(tail, end) == MemoryTree(whole).frontier
    with pytest.raises(ValueError, match="argument"):
        frontier.extend([*tail, whole[0] if whole else b""], end)


@given(st.integers(1, 90), st.data())
def test_a_path_names_the_tree_before_its_leaf(size, data):
    index = data.draw(st.integers(0, size - 1))
    tree = MemoryTree([leaf_hash(bytes([at])) for at in range(size)])
    path = inclusion_proof(tree.node, index, size)
    before = MemoryTree([leaf_hash(bytes([at])) for at in range(index)])
    assert peaks_in(index, size, path) == before.frontier.peaks
