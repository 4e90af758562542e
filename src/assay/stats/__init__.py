"""Pure numbers: sampling, estimates, agreement, calibration. numpy at most."""
