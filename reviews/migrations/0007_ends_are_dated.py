from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0006_ends_of_requests'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='capabilityrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='reviews_capabilityrequest_ended_at_together', violation_error_message='These fields belong together: fill all of them or none.'),
        ),
        migrations.AddConstraint(
            model_name='capabilityrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status', 'ended')), models.Q(models.Q(('status', 'ended'), _negated=True), ('ended_at__isnull', True)), _connector='OR'), name='reviews_capabilityrequest_ended_is_dated', violation_error_message='A request that has ended says when and by whom.'),
        ),
    ]
