import numpy as np
from numpy.typing import NDArray

def hull_steps(
    cost: NDArray[np.float64],
    use: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    begin: int,
    end: int,
) -> tuple[
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]: ...
def descending(values: NDArray[np.float64]) -> NDArray[np.int32]: ...
