"""The questions that the policy leaves open: each id with its options, the default first."""

DECISIONS: dict[str, tuple[str, ...]] = {
    "survey_items": ("joint", "split"),
    "spot_check_target": ("item", "meeting_slice", "none"),
    "hotline_formula": ("equal", "weighted", "per_thousand"),
    "hotline_tie": ("better", "worse"),
    "bonus_rule": ("capped_sum", "highest", "sum"),
    "deduction_rule": ("capped_sum", "highest", "sum"),
    "excellent_floor": ("none", "eighty_five"),
    "tier_tie": ("include", "exclude"),
    "meeting_panels": ("pooled", "halves"),
    "online_rounds": ("mean", "pooled"),
    "blank_answers": ("six", "any", "all"),
    "presiding_pay": ("as_head", "none"),
    "part_year_pay": ("half_year", "pro_rata"),
    "visit_coverage": ("year", "quarter"),
}


def with_defaults(decisions: dict[str, str]) -> dict[str, str]:
    """Every decision with the option that was chosen, else its default."""
    for decision, option in decisions.items():
        if option not in DECISIONS.get(decision, ()):
            raise ValueError(f"there is no decision {decision}={option}")
    return {name: decisions.get(name, options[0]) for name, options in DECISIONS.items()}
