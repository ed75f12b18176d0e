import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_both(apps, schema_editor):
    """Requests that have ended: their one moment is that of the end; that of the grant stands in the audit trail."""
    User = apps.get_model('governance', 'User')
    AuditEvent = apps.get_model('common', 'AuditEvent')
    for request in apps.get_model('reviews', 'CapabilityRequest').objects.filter(status='ended'):
        request.ended_at, request.ended_by_id = request.decided_at, request.decided_by_id
        granted = AuditEvent.objects.filter(
            target_type='reviews.capabilityrequest', target_id=request.pk, action='capabilityrequest.granted'
        ).last()
        by = User.objects.filter(username=granted.actor_code).first() if granted else None
        if by:
            request.decided_at, request.decided_by_id = granted.at, by.pk
        request.save(update_fields=['ended_at', 'ended_by', 'decided_at', 'decided_by'])


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0001_initial'),
        ('governance', '0004_notifications'),
        ('reviews', '0005_versions_of_weights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='capabilityrequest',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended at'),
        ),
        migrations.AddField(
            model_name='capabilityrequest',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.RunPython(keep_both, migrations.RunPython.noop),
    ]
