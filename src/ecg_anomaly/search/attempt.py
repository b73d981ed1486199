"""What a worker does with the trial it has claimed: draw, train, say how it ended."""

import math
from collections.abc import Callable
from dataclasses import replace

from optuna.exceptions import TrialPruned, UpdateFinishedTrialError
from optuna.trial import Trial, TrialState

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.configuring import Params, configure
from ecg_anomaly.search.ending import end_as, end_trial, fail_trial, same_trial
from ecg_anomaly.search.objective import Epoch
from ecg_anomaly.search.space import Axis
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import EPOCH, OBJECTIVE, SEED, SLOT

#: Trains one network and returns its value; reports each epoch.
Objective = Callable[[PipelineConfig, Callable[[Epoch], None]], float]


def do_trial(
    trial: Trial, config: SearchRunConfig, axes: tuple[Axis, ...], objective: Objective
) -> None:
    """Do a trial to its end, whatever the training raises.

    Parameters
    ----------
    trial : Trial
        Claimed by this worker.
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
        The space.
    objective : callable
        Does the training.

    Raises
    ------
    UpdateFinishedTrialError
        When somebody else has ended the trial in the meantime.
    """
    params = {axis.name: axis.suggest(trial) for axis in axes}
    study, number = trial.study, trial.number
    twin = same_trial(params, read_trials(study))
    try:
        if twin is not None:
            end_as(trial, twin)
            return
        value = _train(trial, params, config, objective)
    except TrialPruned:
        end_trial(study, number, TrialState.PRUNED)
    except UpdateFinishedTrialError:
        raise
    except Exception as error:  # whatever it is, the other trials go on
        fail_trial(trial, error)
    else:
        end_trial(study, number, TrialState.COMPLETE, value)


def trial_seed(config: SearchRunConfig, slot: int) -> int:
    """Return the seed that a trial trains with; what is tried again keeps it."""
    return (config.search.seed + slot) % 2**32


def configure_trial(config: SearchRunConfig, params: Params, seed: int) -> PipelineConfig:
    """Put values and seed of a trial in the place of the configured ones."""
    changed = configure(config, params)
    return replace(changed, training=replace(changed.training, seed=seed))


def _train(trial: Trial, params: Params, config: SearchRunConfig, objective: Objective) -> float:
    seed = trial_seed(config, int(trial.user_attrs.get(SLOT, trial.number)))
    trial.set_user_attr(SEED, seed)
    configured = configure_trial(config, params, seed)

    def report(metrics: Epoch) -> None:
        step = int(metrics["epoch"])
        rest = {k: v for k, v in metrics.items() if k not in ("epoch", OBJECTIVE)}
        trial.set_user_attr(f"{EPOCH}{step}", rest)
        if math.isnan(metrics[OBJECTIVE]):
            raise UserError("scores", f"not finite in epoch {step}", "lower the learning rate")
        trial.report(metrics[OBJECTIVE], step)
        if step < configured.training.epochs and trial.should_prune():
            raise TrialPruned

    return objective(configured, report)
