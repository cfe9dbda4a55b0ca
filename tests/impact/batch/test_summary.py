"""Statistics of samples, kept or counted in bins, and how well they are known."""

from __future__ import annotations

import numpy as np
import pytest

from lca.impact.batch.summary import BinnedSummary, KeptSummary, confidence, doubt, summary_for

SHARES = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])


def rows(count: int, seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return np.array([generator.lognormal(1, 0.5, count), generator.normal(-5, 2, count), np.full(count, 0.1)])


def test_statistics_are_those_of_numpy() -> None:
    values, summary = rows(5000), KeptSummary()
    for part in np.array_split(values, 7, axis=1):
        summary.add(part)
    np.testing.assert_allclose(summary.mean(), values.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(summary.sd(), values.std(axis=1, ddof=1), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(summary.quantiles(SHARES), np.quantile(values, SHARES, axis=1), rtol=1e-12)


def test_bins_know_quantiles_to_their_width() -> None:
    kept, binned = KeptSummary(), BinnedSummary()
    values = rows(100_000)
    for part in np.array_split(values, 12, axis=1):
        kept.add(part)
        binned.add(part)
    np.testing.assert_allclose(binned.mean(), kept.mean(), rtol=1e-12)
    np.testing.assert_allclose(binned.sd(), kept.sd(), rtol=1e-9, atol=1e-12)
    width = np.ptp(values[:, : 100_000 // 12], axis=1) / 20_000
    assert np.all(np.abs(binned.quantiles(SHARES) - kept.quantiles(SHARES)) <= 2 * width)
    assert binned.count == 100_000


def test_samples_all_alike_have_exactly_that_mean() -> None:
    for summary in (KeptSummary(), BinnedSummary()):
        for _ in range(3):
            summary.add(np.full((1, 7), 0.1))
        assert summary.mean()[0] == 0.1
        assert summary.sd()[0] == 0
        np.testing.assert_array_equal(summary.quantiles(SHARES), 0.1)
        assert doubt(summary)[0] == 0


def test_confidence_of_the_median_holds_as_often_as_it_says() -> None:
    held = 0
    for seed in range(400):
        summary = KeptSummary()
        summary.add(np.random.default_rng(seed).normal(10, 2, (1, 200)))
        low, high = confidence(summary, 0.5)
        held += bool(low[0] <= 10 <= high[0])
    assert 0.91 < held / 400 < 0.98


def test_doubt_falls_with_the_root_of_the_samples() -> None:
    found = []
    for count in (1000, 100_000):
        summary = KeptSummary()
        summary.add(np.random.default_rng(2).normal(10, 2, (50, count)))
        found.append(np.median(doubt(summary)))
    assert found[0] / found[1] == pytest.approx(10, rel=0.15)


def test_what_is_too_large_is_counted() -> None:
    assert isinstance(summary_for(44, 500_000), KeptSummary)
    assert isinstance(summary_for(44, 10_000_000), BinnedSummary)
