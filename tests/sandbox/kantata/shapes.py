"""What a record of each collection holds, as the seeds print it: members that always come, optional ones, linked ones.

A letter after a name is the type of its value: s text, i whole number, n number, b boolean, d date, t moment, o object,
l list of texts. Any may be null where the books know nothing. Source: seeds 000 and 001, api/kantata.md section 6.3.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """`always` and `optional` are `name:type` words; `linked` are pairs of an include and the member it brings."""

    always: str
    optional: str = ""
    linked: str = ""


SHAPES = {
    "external_payments": Shape(
        "id:s amount_in_cents:i created_at:t invoice_id:i message:s updated_at:t user_id:i workspace_id:i",
    ),
    "expenses": Shape(
        "id:s active_submission_id:s amount_in_cents:i category:s created_at:t currency:s currency_base_unit:i "
        "currency_symbol:s date:d foreign_exchange_amount:o is_billable:b is_invoiced:b notes:s "
        "recent_submission_id:s reimbursable:b story_id:s taxable:b updated_at:t user_id:s workspace_id:s",
        "user_can_edit:b",
        "expense_category=expense_category_id:s external_references=external_reference_ids:l receipt=receipt_id:s "
        "role=role_id:s vendor=vendor_id:s expense_budget=expense_budget_id:s",
    ),
    "invoices": Shape(
        "id:s balance_in_cents:i created_at:t currency:s currency_base_unit:i currency_symbol:s draft:b due_date:d "
        "invoice_date:d message:s payment_schedule:i project_code:s purchase_order:s recipient_id:s status:s "
        "tax_rate:n title:s updated_at:t user_id:s user_invoice_number:i user_invoice_title:s",
        "",
        "additional_items=additional_item_ids:l expenses=expense_ids:l external_references=external_reference_ids:l "
        "fixed_fee_items=fixed_fee_item_ids:l time_entries=time_entry_ids:l workspaces=workspace_ids:l "
        "billing_milestones=billing_milestone_ids:l",
    ),
    "users": Shape(
        "id:s full_name:s email_address:s headline:s photo_path:s account_id:s",
        "abbreviated_timezone:s bio:s city:s classification:s country:s last_site_activity:t state:s website:s",
        "account_membership=account_membership_id:s manager=manager_id:s role=role_id:s "
        "custom_field_values=custom_field_value_ids:l external_references=external_reference_ids:l skills=skill_ids:l "
        "skill_memberships=skill_membership_ids:l work_samples=work_sample_ids:l",
    ),
    "workspaces": Shape(
        "id:s title:s description:s access_level:s currency:s currency_symbol:s price:s budget_used:s "
        "budget_remaining:s default_rate:s client_role_name:s consultant_role_name:s account_id:i "
        "currency_base_unit:i price_in_cents:i budget_used_in_cents:i percent_of_budget_used:i percentage_complete:i "
        "rate_card_id:i target_margin:n total_expenses_in_cents:i workspace_invoice_preference_id:i archived:b "
        "budgeted:b can_create_line_items:b can_invite:b change_orders_enabled:b has_budget_access:b over_budget:b "
        "require_expense_approvals:b require_time_approvals:b require_notes_on_time_entries:b "
        "has_active_expense_report_submissions:b has_active_timesheet_submissions:b expenses_in_burn_rate:b "
        "actual_fees_includes_expenses:b actual_fees_includes_additional_line_items:b "
        "exclude_archived_stories_percent_complete:b posts_require_privacy_decision:b "
        "stories_are_fixed_fee_by_default:b tasks_default_non_billable:b time_trackable:b start_date:d due_date:d "
        "effective_due_date:d created_at:t updated_at:t external_link:o status:o permissions:o creator_id:s "
        "primary_maven_id:s",
        "client_lead_name:s provider_lead_name:s incoming_email_address:s stage:s total_invoiced:s billable_minutes:i "
        "non_billable_minutes:i minutes_logged:i estimated_minutes:i total_minutes_approved:i lock_date:d",
        "account_color=account_color_id:s approver=approver_id:s current_status_report=current_status_report_id:s "
        "current_user_participation=current_user_participation_id:s "
        "next_uncompleted_milestone=next_uncompleted_milestone_id:s primary_counterpart=primary_counterpart_id:s "
        "primary_workspace_group=primary_workspace_group_id:s "
        "account_insights_mappings=account_insights_mapping_ids:l approvers=approver_ids:l "
        "custom_field_values=custom_field_value_ids:l external_references=external_reference_ids:l "
        "financial_viewers=financial_viewer_ids:l participants=participant_ids:l participations=participation_ids:l "
        "possible_approvers=possible_approver_ids:l status_reports=status_report_ids:l "
        "timesheet_submissions=timesheet_submission_ids:l workspace_groups=workspace_group_ids:l "
        "workspace_resources=workspace_resource_ids:l "
        "workspace_resources_with_unnamed=workspace_resources_with_unnamed_ids:l",
    ),
    "stories": Shape(
        "id:s title:s description:s story_type:s state:s archived:b billable:b fixed_fee:b time_trackable:b "
        "project_plan:b percentage_complete:i position:i priority:i start_date:d due_date:d deleted_at:t created_at:t "
        "updated_at:t budget_estimate_in_cents:i budget_used_in_cents:i invoiced_balance_in_cents:i "
        "uninvoiced_balance_in_cents:i logged_billable_time_in_minutes:i logged_nonbillable_time_in_minutes:i "
        "time_estimate_in_minutes:i sub_stories_billable_time_in_minutes:i sub_stories_budget_estimate_in_cents:i "
        "sub_stories_budget_used_in_cents:i sub_stories_time_estimate_in_minutes:i workspace_id:s parent_id:s "
        "root_id:s creator_id:s",
        "ancestry_depth:i archived_editable:b assignment_timestamped_at:t can_align_time:b can_edit:b can_post:b "
        "formatted_description:s has_out_of_bounds_sads:b has_proofing_access:b is_time_trackable_type:b "
        "parsed_description:s read_only:b render_description_markdown:b sub_story_count:i subtree_depth:i weight:i",
        "ancestors=ancestor_ids:l assigned_role=assigned_role_id:s assignees=assignee_ids:l "
        "attachments=attachment_ids:l current_assignments=current_assignment_ids:l "
        "custom_field_values=custom_field_value_ids:l descendants=descendant_ids:l "
        "external_references=external_reference_ids:l followers=follower_ids:l google_documents=google_document_ids:l "
        "potential_workspace_resources=potential_workspace_resource_ids:l "
        "potential_workspace_resources_with_unnamed=potential_workspace_resources_with_unnamed_ids:l "
        "proofs=proof_ids:l "
        "replies=reply_ids:l source_dependencies=source_dependency_ids:l story_state_changes=story_state_change_ids:l "
        "story_tasks=story_task_ids:l sub_stories=sub_story_ids:l tags=tag_ids:l "
        "target_dependencies=target_dependency_ids:l workspace_resources=workspace_resource_ids:l "
        "workspace_resources_with_unnamed=workspace_resources_with_unnamed_ids:l",
    ),
    "attachments": Shape(
        "id:s created_at:t creator_name:s deletable:b deleted_at:t filename:s filesize:i previewable:b proof_url:s "
        "updated_at:t url:s view_in_new_tab:b viewable:b",
    ),
    "expense_report_submissions": Shape(
        "id:s comment:s created_at:t currency:s currency_base_unit:i currency_symbol:s "
        "current_resolution_created_at_date:t current_resolution_creator_id:i current_resolution_description:s "
        "line_item_total_formatted:s line_item_total_in_cents:i locked:b permissions:o resolution_description:s "
        "status:s title:s type:s updated_at:t user_id:s workspace_id:s",
        "",
        "expenses=expense_ids:l external_references=external_reference_ids:l resolutions=resolution_ids:l",
    ),
    "expense_categories": Shape("id:s deleted_at:t name:s"),
    "roles": Shape(
        "id:s created_at:t deleted_at:t name:s updated_at:t", "", "external_references=external_reference_ids:l"
    ),
    "vendors": Shape(
        "id:s archived:b externally_managed:b in_use:b name:s", "", "external_references=external_reference_ids:l"
    ),
    "external_references": Shape(
        "id:s created_at:t external_link:s external_message:s external_status:s last_synced_at:t locked:b "
        "service_model:s service_model_ref:s service_name:s status:s subject_id:i subject_ref:o subject_type:s "
        "updated_at:t",
    ),
    "resolutions": Shape(
        "id:i type:s description:s target_type:s target_id:i user_id:i current:b created_at:t updated_at:t"
    ),
}

NESTED = {
    "foreign_exchange_amount": "date:t rate:n source_currency:s source_value:n",
    "external_link": "url:s text:s",
    "status": "color:s key:s message:s",
    "subject_ref": "key:s id:s",
}
"""The objects inside records; an empty one stands for nothing."""
