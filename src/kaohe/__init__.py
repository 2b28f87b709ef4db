"""kaohe (考核): customer-service performance appraisal, every figure explained."""

__version__ = "0.1.0"
