"""Statistics a deployment is judged by: weeks, controlled estimators, placebos, power, and the dose."""
