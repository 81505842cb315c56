"""Fitting: from a source's record to a dataset that CKAN takes, losing no value (docs/fitting.md)."""

from ckan_api_client.syncing.fitting.adjustments import Adjustment, Unfit
from ckan_api_client.syncing.fitting.datasets import Fitted, FittedGroup, fit_dataset, fit_group
from ckan_api_client.syncing.fitting.extras import MARKER_KEY

__all__ = ["MARKER_KEY", "Adjustment", "Fitted", "FittedGroup", "Unfit", "fit_dataset", "fit_group"]
